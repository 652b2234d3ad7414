// Who did what, newest first.
import { useState } from "preact/hooks";
import { moment } from "../shared/dates.ts";
import { Input } from "../shared/fields.tsx";
import { useLanguage, useMessages } from "../shared/language.tsx";
import { PAGE_INFO, usePages } from "./asking.ts";
import { Paged } from "./paging.tsx";
import { Table } from "./parts.tsx";

interface Entry {
  action: string;
  at: string;
  caller: string;
  certificateId: string | null;
  clientId: string | null;
  detail: string;
  purpose: string;
}

const AUDIT = `query($after: String, $filter: AuditFilter) { audit(first: 50, after: $after, filter: $filter) {
  ${PAGE_INFO} nodes { action at caller certificateId clientId detail purpose } } }`;
const EMPTY = { action: "", clientId: "", certificateId: "" };
const MEMBERS = ["action", "clientId", "certificateId"] as const;

export function Audit() {
  const text = useMessages();
  const [given, setGiven] = useState(EMPTY);
  const [filter, setFilter] = useState<Record<string, string>>({});
  const go = (event: Event): void => {
    event.preventDefault();
    setFilter(Object.fromEntries(Object.entries(given).filter(([, value]) => value.trim())));
  };
  return (
    <section>
      <h2>{text("admin.section.audit")}</h2>
      <form class="sheet" onSubmit={go}>
        <div class="fields">
          {MEMBERS.map((name) => (
            <Input
              label={text(`admin.audit.${name}`)}
              value={given[name]}
              onValue={(value) => setGiven({ ...given, [name]: value })}
            />
          ))}
        </div>
        <button>{text("admin.audit.filter")}</button>
      </form>
      <Entries key={JSON.stringify(filter)} filter={filter} />
    </section>
  );
}

function Entries({ filter }: { filter: Record<string, string> }) {
  const text = useMessages();
  const { tag } = useLanguage();
  const pages = usePages<Entry>(AUDIT, { filter });
  const columns = (["at", "caller", "action", "detail", "certificate"] as const).map((name) => text(`admin.audit.${name}`));
  return (
    <Paged pages={pages}>
      {(nodes) => (
        <Table
          name={text("admin.section.audit")}
          columns={columns}
          rows={nodes.map((one) => [
            moment(one.at, tag),
            one.caller,
            one.action,
            [one.detail, one.purpose].filter(Boolean).join(" · "),
            one.certificateId && <a href={`#certificate/${one.certificateId}`}>{one.certificateId.slice(0, 12)}…</a>,
          ])}
        />
      )}
    </Paged>
  );
}
