// The keys that sign and signed, with their times.
import { moment } from "../shared/dates.ts";
import { Problem } from "../shared/frame.tsx";
import { useLanguage, useMessages } from "../shared/language.tsx";
import { useAsked } from "./asking.ts";
import { Facts } from "../shared/facts.tsx";

interface Key {
  id: string;
  algorithm: string;
  verificationMethod: string;
  issuer: string | null;
  activeFrom: string | null;
  retiredAt: string | null;
  compromisedAt: string | null;
}

const KEYS = `{ issuer { name did keys { id algorithm verificationMethod issuer activeFrom retiredAt compromisedAt } } }`;

export function Keys() {
  const text = useMessages();
  const { data, fault } = useAsked<{ issuer: { name: string; did: string; keys: Key[] } }>(KEYS);
  return (
    <section>
      <h2>{text("admin.section.keys")}</h2>
      <Problem fault={fault} />
      {data && (
        <p class="quiet">
          {data.issuer.name} · {data.issuer.did}
        </p>
      )}
      {data?.issuer.keys.map((one) => (
        <KeySheet key={one.id} signer={one} />
      ))}
    </section>
  );
}

function KeySheet({ signer }: { signer: Key }) {
  const text = useMessages();
  const { tag } = useLanguage();
  const at = (when: string | null, otherwise: string): string => (when ? moment(when, tag) : otherwise);
  const state = signer.compromisedAt ? "compromised" : signer.retiredAt ? "retired" : "signs";
  return (
    <article class="sheet" aria-label={signer.id}>
      <h3>{text(`admin.key.${state}`)}</h3>
      <Facts
        facts={[
          [text("admin.key.id"), <span class="key">{signer.id}</span>],
          [text("admin.key.method"), signer.verificationMethod],
          [text("admin.key.algorithm"), signer.algorithm],
          [text("admin.key.from"), at(signer.activeFrom, text("admin.key.ever"))],
          [text("admin.key.until"), at(signer.retiredAt, text("admin.key.open"))],
          ...(signer.compromisedAt ? [[text("admin.key.found"), moment(signer.compromisedAt, tag)] as [string, string]] : []),
        ]}
      />
    </article>
  );
}
