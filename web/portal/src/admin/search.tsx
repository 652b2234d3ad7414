// People by mobile number, certificate or id. Each search is in the audit.
import { useState } from "preact/hooks";
import { useAct } from "../shared/acting.ts";
import { Choice, Input } from "../shared/fields.tsx";
import { Problem } from "../shared/frame.tsx";
import { useMessages } from "../shared/language.tsx";
import { type Page, PAGE_INFO } from "./asking.ts";
import { CertificateTable } from "./certificates.tsx";
import { type By, BY, last } from "./found.ts";
import { counts, type Person, SHORT } from "./records.ts";
import { Revoking } from "./revoking.tsx";
import { useSession } from "./session.ts";

const SEARCH = `query($input: SearchInput!, $after: String) { search(input: $input, first: 20, after: $after) {
  ${PAGE_INFO} nodes { id programme certificates(first: 50) { nodes { ${SHORT} } } } } }`;

export function SearchSection() {
  const session = useSession();
  return session.may() ? <People /> : <ById />;
}

function People() {
  const text = useMessages();
  const session = useSession();
  const [by, setBy] = useState(last.by);
  const [term, setTerm] = useState(last.term);
  const [people, setPeople] = useState(last.people);
  const { act, busy, fault } = useAct(async () => {
    const input = { [by]: term.trim() };
    const { search } = await session.ask<{ search: Page<Person> }>(SEARCH, { input });
    Object.assign(last, { by, term, people: search.nodes });
    setPeople(search.nodes);
  });
  return (
    <section>
      <h2>{text("admin.section.search")}</h2>
      <form class="sheet" onSubmit={act}>
        <div class="fields">
          <Choice
            label={text("admin.search.by")}
            value={by}
            options={BY.map((one) => [one, text(`admin.search.${one}`)] as const)}
            onValue={(value) => setBy(value as By)}
          />
          <Input label={text("admin.search.term")} required autocomplete="off" value={term} onValue={setTerm} />
        </div>
        <p class="quiet">{text("admin.search.audited")}</p>
        <Problem fault={fault} />
        <button class="main" disabled={busy}>
          {text("admin.search.go")}
        </button>
      </form>
      {people?.length === 0 && <p role="status">{text("admin.search.nobody")}</p>}
      {people?.map((one) => (
        <Found key={one.id} person={one} onChanged={act} />
      ))}
    </section>
  );
}

function Found({ person, onChanged }: { person: Person; onChanged: () => void }) {
  const text = useMessages();
  const session = useSession();
  const certificates = person.certificates.nodes;
  const living = certificates.filter(counts);
  const name = certificates[0]?.holder.name ?? person.id;
  return (
    <article class="sheet" aria-label={name}>
      <h3>{name}</h3>
      <p class="quiet">{text("admin.search.id", { id: person.id, programme: person.programme })}</p>
      <CertificateTable name={name} certificates={certificates} />
      {session.may("REVOKE") && living.length > 1 && (
        <Revoking label={text("admin.revoke.all")} certificates={living} onRevoked={onChanged} />
      )}
    </article>
  );
}

/** Source systems look up their own certificates by id alone. */
function ById() {
  const text = useMessages();
  const [id, setId] = useState("");
  const go = (event: Event): void => {
    event.preventDefault();
    location.hash = `certificate/${encodeURIComponent(id.trim())}`;
  };
  return (
    <section>
      <h2>{text("admin.section.search")}</h2>
      <form class="sheet" onSubmit={go}>
        <Input label={text("admin.search.certificateId")} required value={id} onValue={setId} />
        <button class="main">{text("admin.search.go")}</button>
      </form>
    </section>
  );
}
