// Correcting a certificate: only fields that were changed are sent, with the version that was seen.
import { useState } from "preact/hooks";
import { useAct } from "../shared/acting.ts";
import { Problem } from "../shared/frame.tsx";
import { newKey } from "../shared/graphql.ts";
import { useMessages } from "../shared/language.tsx";
import { forgetFound } from "./found.ts";
import { CHANGEABLE, nested, RecordFields, type Values } from "./recordFields.tsx";
import type { Whole } from "./records.ts";
import { useSession } from "./session.ts";

const UPDATE = `mutation($input: UpdateCertificateInput!) { updateCertificate(input: $input) {
  certificate { id } userErrors { code message path } } }`;
const WAIT_MS = 10_000;

export function Correcting({ certificate }: { certificate: Whole }) {
  const text = useMessages();
  const session = useSession();
  const [before] = useState(() => valuesOf(certificate));
  const [values, setValues] = useState(before);
  const [key, setKey] = useState(newKey);
  const changed = Object.fromEntries(Object.entries(values).filter(([path, value]) => value.trim() !== before[path]));
  const { act, busy, fault } = useAct(async () => {
    const fixed = { certificateId: certificate.id, expectedVersion: certificate.version };
    const input = { ...fixed, ...nested(changed), idempotencyKey: key, waitMs: WAIT_MS };
    const payload = await session.act<{ certificate: { id: string } }>(UPDATE, input);
    setKey(newKey());
    forgetFound();
    location.hash = `certificate/${payload.certificate.id}`;
  });
  return (
    <details>
      <summary>{text("admin.correct.open")}</summary>
      <form onSubmit={act}>
        <RecordFields fields={CHANGEABLE} values={values} onValues={setValues} />
        <p class="quiet">{text("admin.correct.changed", { count: Object.keys(changed).length })}</p>
        <Problem fault={fault} />
        <button class="main" disabled={busy || Object.keys(changed).length === 0}>
          {text("admin.correct.send")}
        </button>
      </form>
    </details>
  );
}

/** What a certificate says now, by path. */
export function valuesOf({ holder, vaccination, facility }: Whole): Values {
  return {
    "recipient.name": holder.name,
    "recipient.dateOfBirth": holder.dateOfBirth ?? "",
    "recipient.gender": holder.gender,
    "vaccination.name": vaccination.name,
    "vaccination.manufacturer": vaccination.manufacturer,
    "vaccination.batch": vaccination.batch,
    "vaccination.date": dayIn(vaccination.date),
    "vaccinator.name": vaccination.vaccinator,
    "facility.name": facility.name,
    "facility.address.district": facility.address.district,
    "facility.address.state": facility.address.state,
    "facility.address.postalCode": facility.address.postalCode,
  };
}

function dayIn(when: string): string {
  return new Intl.DateTimeFormat("en-CA", { timeZone: "Asia/Kolkata" }).format(new Date(when));
}
