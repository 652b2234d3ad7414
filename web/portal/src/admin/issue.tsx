// Issuing one certificate, by hand.
import { useState } from "preact/hooks";
import { useAct } from "../shared/acting.ts";
import { Choice } from "../shared/fields.tsx";
import { Problem } from "../shared/frame.tsx";
import { Fault, newKey, type UserError } from "../shared/graphql.ts";
import { useMessages } from "../shared/language.tsx";
import { CHANGEABLE, nested, OF_NEW, RecordFields, type Values } from "./recordFields.tsx";
import { useSession } from "./session.ts";

const ISSUE = `mutation($input: IssueCertificatesInput!) { issueCertificates(input: $input) {
  results { certificate { id } error { code message path } } userErrors { code message path } } }`;
const KINDS = ["DOMESTIC", "INTERNATIONAL"] as const;
const WAIT_MS = 10_000;
const EMPTY: Values = { "vaccination.dose": "1", "vaccination.totalDoses": "2" };

interface Issued {
  results: { certificate: { id: string } | null; error: UserError | null }[];
}

export function Issue() {
  const text = useMessages();
  const session = useSession();
  const [values, setValues] = useState(EMPTY);
  const [kind, setKind] = useState<string>("DOMESTIC");
  const [key, setKey] = useState(newKey);
  const { act, busy, fault } = useAct(async () => {
    const given = Object.fromEntries(Object.entries(values).filter(([, value]) => value.trim()));
    const input = { records: [{ ...nested(given), kind }], waitMs: WAIT_MS, idempotencyKey: key };
    const [result] = (await session.act<Issued>(ISSUE, input)).results;
    setKey(newKey());
    if (!result?.certificate) throw new Fault("REFUSED", `${result?.error?.path.join(".")}: ${result?.error?.message}`);
    location.hash = `certificate/${result.certificate.id}`;
  });
  return (
    <section>
      <h2>{text("admin.section.issue")}</h2>
      <form class="sheet" onSubmit={act}>
        <RecordFields fields={[...OF_NEW, ...CHANGEABLE]} values={values} onValues={setValues} />
        <Choice
          label={text("admin.kind")}
          value={kind}
          options={KINDS.map((one) => [one, text(`admin.kind.${one}`)] as const)}
          onValue={setKind}
        />
        <Problem fault={fault} />
        <button class="main" disabled={busy}>
          {busy ? text("busy") : text("admin.issue.send")}
        </button>
      </form>
    </section>
  );
}
