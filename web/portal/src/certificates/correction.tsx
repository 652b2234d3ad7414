// What is wrong with a certificate, told to the issuer; an administrator decides.
import { useRef, useState } from "preact/hooks";
import { useAct } from "../shared/acting.ts";
import { moment } from "../shared/dates.ts";
import { Problem } from "../shared/frame.tsx";
import { ask, newKey, refuse } from "../shared/graphql.ts";
import { type Message, useLabels, useLanguage, useMessages } from "../shared/language.tsx";
import { type Certificate, type Correction, type CorrectionRequested, REQUEST_CORRECTION } from "./queries.ts";

const PROBLEMS: Record<string, Message> = {
  "NO_CHANGE/": "certificates.correction.nothing",
  "LIMIT_REACHED/": "certificates.correction.open",
  "NOT_FOUND/certificateId": "certificates.correction.gone",
  "BAD_USER_INPUT/recipient": "certificates.correction.bad",
};

interface Props {
  certificate: Certificate;
  token: string;
  onSent: () => void;
}

export function CorrectionForm({ certificate, token, onSent }: Props) {
  const text = useMessages();
  const label = useLabels();
  const { holder } = certificate;
  const [name, setName] = useState(holder.name);
  const [birth, setBirth] = useState(holder.dateOfBirth ?? "");
  const [note, setNote] = useState("");
  const [key, setKey] = useState(newKey);
  const details = useRef<HTMLDetailsElement>(null);
  const { act, busy, fault } = useAct(async () => {
    const recipient = {
      ...(name.trim() !== holder.name && { name: name.trim() }),
      ...(birth.trim() !== (holder.dateOfBirth ?? "") && { dateOfBirth: birth.trim() }),
    };
    const input = {
      certificateId: certificate.id,
      note: note.trim(),
      idempotencyKey: key,
      ...(Object.keys(recipient).length > 0 && { recipient }),
    };
    const { requestCorrection } = await ask<CorrectionRequested>(REQUEST_CORRECTION, { input }, token);
    refuse(requestCorrection.userErrors);
    setKey(newKey());
    details.current?.removeAttribute("open");
    onSent();
  });
  return (
    <details ref={details}>
      <summary>{text("certificates.wrong")}</summary>
      <form onSubmit={act}>
        <p class="quiet">{text("certificates.correctionsLeft", { count: certificate.correctionsRemaining })}</p>
        <label class="field">
          <span>{label("name")}</span>
          <input value={name} maxLength={80} onInput={(event) => setName(event.currentTarget.value)} />
        </label>
        <label class="field">
          <span>{label("date_of_birth")}</span>
          <input
            value={birth}
            placeholder="1990-06-15"
            pattern="\d{4}(-\d{2}(-\d{2})?)?"
            maxLength={10}
            onInput={(event) => setBirth(event.currentTarget.value)}
          />
        </label>
        <label class="field">
          <span>{text("certificates.note")}</span>
          <textarea value={note} maxLength={500} rows={3} onInput={(event) => setNote(event.currentTarget.value)} />
        </label>
        <Problem fault={fault} known={PROBLEMS} />
        <button disabled={busy}>{text("certificates.sendCorrection")}</button>
      </form>
    </details>
  );
}

/** What was asked for, and what became of it. */
export function Corrections({ corrections }: { corrections: Correction[] }) {
  const text = useMessages();
  const { tag } = useLanguage();
  if (corrections.length === 0) return null;
  return (
    <section>
      <h2>{text("certificates.corrections")}</h2>
      <ul class="plain">
        {corrections.map((one) => (
          <li class="sheet">
            <strong>{text(`certificates.state.${one.state}`)}</strong>{" "}
            <span class="quiet">{moment(one.createdAt, tag)}</span>
            {one.note && <p>{one.note}</p>}
            {one.reason && <p>{text("certificates.reason", { reason: one.reason })}</p>}
          </li>
        ))}
      </ul>
    </section>
  );
}
