// Work that was given up, to be tried again.
import { useAct } from "../shared/acting.ts";
import { moment } from "../shared/dates.ts";
import { Problem } from "../shared/frame.tsx";
import { newKey } from "../shared/graphql.ts";
import { useLanguage, useMessages } from "../shared/language.tsx";
import { PAGE_INFO, usePages } from "./asking.ts";
import { Paged } from "./paging.tsx";
import { Table } from "./parts.tsx";
import { useSession } from "./session.ts";

interface Letter {
  id: string;
  kind: string;
  reason: string;
  at: string;
  certificateId: string;
}

const LETTERS = `query($after: String) { deadLetters(first: 50, after: $after) {
  ${PAGE_INFO} nodes { id kind reason at certificateId } } }`;
const REPLAY = `mutation($input: ReplayInput!) { replay(input: $input) { replayed userErrors { code message path } } }`;

export function GivenUp() {
  const text = useMessages();
  const pages = usePages<Letter>(LETTERS);
  const { tag } = useLanguage();
  const columns = (["at", "kind", "reason", "certificate", "again"] as const).map((one) => text(`admin.givenUp.${one}`));
  return (
    <section>
      <h2>{text("admin.section.givenUp")}</h2>
      <Paged pages={pages}>
        {(nodes) => (
          <>
            <Table
              name={text("admin.section.givenUp")}
              columns={columns}
              rows={nodes.map((one) => [
                moment(one.at, tag),
                one.kind,
                one.reason,
                <a href={`#certificate/${one.certificateId}`}>{one.certificateId.slice(0, 12)}…</a>,
                <Again label={text("admin.givenUp.again")} ids={[one.id]} onDone={pages.again} />,
              ])}
            />
            {nodes.length > 1 && (
              <Again
                label={text("admin.givenUp.all", { count: nodes.length })}
                ids={nodes.map(({ id }) => id)}
                onDone={pages.again}
              />
            )}
          </>
        )}
      </Paged>
    </section>
  );
}

function Again({ label, ids, onDone }: { label: string; ids: string[]; onDone: () => void }) {
  const session = useSession();
  const { act, busy, fault } = useAct(async () => {
    await session.act(REPLAY, { ids, idempotencyKey: newKey() });
    onDone();
  });
  return (
    <>
      <button onClick={act} disabled={busy}>
        {label}
      </button>
      <Problem fault={fault} />
    </>
  );
}
