// Work that was given up, to be tried again.
import { moment } from "../shared/dates.ts";
import { newKey } from "../shared/graphql.ts";
import { useLanguage, useMessages } from "../shared/language.tsx";
import { PAGE_INFO, usePages } from "./asking.ts";
import { Confirming } from "./confirming.tsx";
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
                <Again label={text("admin.givenUp.again")} letters={[one]} onDone={pages.again} />,
              ])}
            />
            {nodes.length > 1 && (
              <Again
                label={text("admin.givenUp.all", { count: nodes.length })}
                letters={nodes}
                onDone={pages.again}
              />
            )}
          </>
        )}
      </Paged>
    </section>
  );
}

function Again({ label, letters, onDone }: { label: string; letters: Letter[]; onDone: () => void }) {
  const text = useMessages();
  const session = useSession();
  const act = async (): Promise<void> => {
    await session.act(REPLAY, { ids: letters.map(({ id }) => id), idempotencyKey: newKey() });
    onDone();
  };
  return (
    <Confirming label={label} confirm={text("admin.givenUp.confirm", { count: letters.length })} harmless act={act}>
      <p>{text("admin.givenUp.reach")}</p>
      <ul>
        {letters.map(({ kind, certificateId }) => (
          <li>
            {kind} · {certificateId}
          </li>
        ))}
      </ul>
    </Confirming>
  );
}
