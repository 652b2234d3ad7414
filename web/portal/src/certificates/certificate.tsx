// One certificate: what it says, its QR code, its documents.
import { day } from "../shared/dates.ts";
import { Facts } from "../shared/facts.tsx";
import { Label, useLabels, useLanguage, useMessages } from "../shared/language.tsx";
import { CorrectionForm } from "./correction.tsx";
import { Printing } from "./printing.tsx";
import type { Certificate } from "./queries.ts";

const TITLES = { PROVISIONAL: "provisional", FINAL: "final", PRECAUTION: "precaution" } as const;

interface Props {
  certificate: Certificate;
  token: string;
  onChanged: () => void;
}

export function CertificateCard({ certificate, token, onChanged }: Props) {
  const label = useLabels();
  const { tag } = useLanguage();
  const { holder, vaccination, facility, qr } = certificate;
  const title = certificate.kind === "INTERNATIONAL" ? "international" : TITLES[certificate.stage];
  const facts = {
    name: holder.name,
    dose: `${certificate.dose}/${certificate.totalDoses}`,
    vaccine: vaccination.name,
    date: day(vaccination.date, tag),
    batch: vaccination.batch,
    vaccinated_at: facility.name,
    certificate_id: certificate.id,
  };
  return (
    <article class="sheet certificate" aria-label={`${label(title)}, ${label("dose")} ${certificate.dose}`}>
      <h2>
        <Label of={title} />
      </h2>
      <div class="beside">
        <Facts facts={Object.entries(facts).map(([name, value]) => [<Label of={name} />, value] as const)} />
        {qr?.base64 && <Code src={`data:${qr.contentType};base64,${qr.base64}`} id={certificate.id} />}
      </div>
      <Printing certificate={certificate} token={token} />
      <CorrectionForm certificate={certificate} token={token} onSent={onChanged} />
    </article>
  );
}

function Code({ src, id }: { src: string; id: string }) {
  const text = useMessages();
  return (
    <p class="code">
      <img class="qr" alt={text("certificates.qr")} src={src} />
      <a href={src} download={`certificate-${id}-qr.svg`}>
        {text("certificates.keepQr")}
      </a>
    </p>
  );
}
