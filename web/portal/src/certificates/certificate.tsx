// One certificate: what it says, its QR code, its documents.
import { useState } from "preact/hooks";
import { useAct } from "../shared/acting.ts";
import { Problem } from "../shared/frame.tsx";
import { LANGUAGES, nameOf, useLabels, useLanguage, useMessages } from "../shared/language.tsx";
import { day } from "../shared/dates.ts";
import { Facts } from "../shared/facts.tsx";
import { CorrectionForm } from "./correction.tsx";
import { documentOf, save } from "./downloading.ts";
import type { Certificate } from "./queries.ts";
import translations from "translations";

const TITLES = { PROVISIONAL: "provisional", FINAL: "final", PRECAUTION: "precaution" } as const;

interface Props {
  certificate: Certificate;
  token: string;
  onChanged: () => void;
}

export function CertificateCard({ certificate, token, onChanged }: Props) {
  const text = useMessages();
  const label = useLabels();
  const { tag } = useLanguage();
  const { holder, vaccination, facility, qr } = certificate;
  const title = certificate.kind === "INTERNATIONAL" ? "international" : TITLES[certificate.stage];
  const facts: [string, string][] = [
    [label("name"), holder.name],
    [label("dose"), `${certificate.dose}/${certificate.totalDoses}`],
    [label("vaccine"), vaccination.name],
    [label("date"), day(vaccination.date, tag)],
    [label("batch"), vaccination.batch],
    [label("vaccinated_at"), facility.name],
    [label("certificate_id"), certificate.id],
  ];
  return (
    <article class="sheet certificate" aria-label={`${label(title)}, ${label("dose")} ${certificate.dose}`}>
      <h2>{label(title)}</h2>
      <div class="beside">
        <Facts facts={facts} />
        {qr?.base64 && <img class="qr" alt={text("certificates.qr")} src={`data:${qr.contentType};base64,${qr.base64}`} />}
      </div>
      <Download certificate={certificate} token={token} />
      <CorrectionForm certificate={certificate} token={token} onSent={onChanged} />
    </article>
  );
}

function Download({ certificate, token }: Omit<Props, "onChanged">) {
  const text = useMessages();
  const chosen = useLanguage();
  const [language, setLanguage] = useState(chosen.tag);
  const [layout, setLayout] = useState("");
  const { act, busy, fault } = useAct(async () => {
    const code = translations[language]?.code ?? "EN";
    save(await documentOf({ id: certificate.id, language: code, layout: layout || null, token }));
  });
  return (
    <form class="row" onSubmit={act}>
      <label>
        <span class="unseen">{text("certificates.language")}</span>
        <select value={language} onChange={(event) => setLanguage(event.currentTarget.value)}>
          {LANGUAGES.map((tag) => (
            <option value={tag} lang={tag}>
              {nameOf(tag)}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span class="unseen">{text("certificates.layout")}</span>
        <select value={layout} onChange={(event) => setLayout(event.currentTarget.value)}>
          <option value="">{text("certificates.page")}</option>
          <option value="CARD">{text("certificates.card")}</option>
        </select>
      </label>
      <button class="main" disabled={busy}>
        {busy ? text("busy") : text("certificates.download")}
      </button>
      {fault instanceof Error && "code" in fault && fault.code === "FAILED" ? (
        <p class="problem" role="alert">
          {text("certificates.notMade")}
        </p>
      ) : (
        <Problem fault={fault} />
      )}
    </form>
  );
}
