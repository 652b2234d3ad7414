// One certificate: what it says, its versions with their differences, its documents, and what may be done.
import { moment, day } from "../shared/dates.ts";
import { Problem } from "../shared/frame.tsx";
import { useLabels, useLanguage, useMessages } from "../shared/language.tsx";
import { useAsked } from "./asking.ts";
import { State } from "./certificates.tsx";
import { Correcting } from "./correcting.tsx";
import { Documents } from "./documents.tsx";
import { Facts } from "../shared/facts.tsx";
import { Table } from "./parts.tsx";
import { type Change, counts, type Version, WHOLE, type Whole } from "./records.ts";
import { Revoking } from "./revoking.tsx";
import { useSession } from "./session.ts";

export function CertificateView({ id }: { id: string }) {
  const text = useMessages();
  const { data, fault, again } = useAsked<{ certificate: Whole | null }>(WHOLE, { id });
  if (fault) return <Problem fault={fault} />;
  if (!data) return <p role="status">{text("busy")}</p>;
  if (!data.certificate) return <p role="status">{text("admin.certificate.none")}</p>;
  return <Shown certificate={data.certificate} onChanged={again} />;
}

function Shown({ certificate, onChanged }: { certificate: Whole; onChanged: () => void }) {
  const text = useMessages();
  const session = useSession();
  const versions = certificate.history;
  const newest = versions[0];
  return (
    <section>
      <p>
        <a href="#search">{text("admin.back")}</a>
      </p>
      <article class="sheet" aria-label={certificate.holder.name}>
        <h2>{certificate.holder.name}</h2>
        <WhatItSays certificate={certificate} />
        {newest && newest.id !== certificate.id && (
          <p>
            <a href={`#certificate/${newest.id}`}>{text("admin.certificate.newest", { version: newest.version })}</a>
          </p>
        )}
        {certificate.status === "ISSUED" && <Documents id={certificate.id} />}
        {session.may("REVOKE") && counts(certificate) && (
          <Revoking label={text("admin.revoke.one")} certificates={[certificate]} onRevoked={onChanged} />
        )}
        {session.may("UPDATE") && counts(certificate) && <Correcting certificate={certificate} />}
      </article>
      <h2>{text("admin.certificate.versions")}</h2>
      {versions.map((one) => (
        <VersionSheet key={one.id} version={one} shown={one.id === certificate.id} />
      ))}
    </section>
  );
}

function WhatItSays({ certificate }: { certificate: Whole }) {
  const text = useMessages();
  const label = useLabels();
  const { tag } = useLanguage();
  const { holder, vaccination, facility } = certificate;
  const place = [facility.name, facility.address.district, facility.address.state, facility.address.postalCode];
  return (
    <Facts
      facts={[
        [text("admin.state"), <State status={certificate.status} />],
        [label("dose"), `${certificate.dose}/${certificate.totalDoses}`],
        [label("date_of_birth"), holder.dateOfBirth ?? holder.age ?? ""],
        [label("gender"), holder.gender],
        [label("vaccine"), [vaccination.name, vaccination.manufacturer].join(" · ")],
        [label("batch"), vaccination.batch],
        [label("date"), day(vaccination.date, tag)],
        [label("vaccinated_by"), vaccination.vaccinator],
        [label("vaccinated_at"), place.filter(Boolean).join(", ")],
        [label("beneficiary_id"), certificate.beneficiaryId],
        [label("certificate_id"), certificate.id],
        [text("admin.certificate.left"), certificate.correctionsRemaining],
      ]}
    />
  );
}

function VersionSheet({ version, shown }: { version: Version; shown: boolean }) {
  const text = useMessages();
  const { tag } = useLanguage();
  const name = text("admin.certificate.version", { version: version.version });
  return (
    <section class="sheet" aria-label={name}>
      <h3>{shown ? name : <a href={`#certificate/${version.id}`}>{name}</a>}</h3>
      <p>
        <State status={version.status} /> {version.issuedAt && moment(version.issuedAt, tag)}
        {version.failureReason && ` · ${version.failureReason}`}
      </p>
      {version.revocation && (
        <p>
          {text("admin.certificate.revoked", {
            at: moment(version.revocation.at, tag),
            reason: text(`admin.reason.${version.revocation.reason}`),
          })}
        </p>
      )}
      {version.changes.length > 0 && <Differences name={name} changes={version.changes} />}
    </section>
  );
}

/** Fields side by side, before and after. */
export function Differences({ name, changes }: { name: string; changes: Change[] }) {
  const text = useMessages();
  return (
    <Table
      name={name}
      columns={[text("admin.field"), text("admin.before"), text("admin.after")]}
      rows={changes.map(({ field, from, to }) => [
        field,
        from === null ? <span class="quiet">—</span> : <del>{from}</del>,
        to === null ? <span class="quiet">—</span> : <ins>{to}</ins>,
      ])}
    />
  );
}
