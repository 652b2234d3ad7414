// Certificates in a table, each a way to its own view.
import { day } from "../shared/dates.ts";
import { useLabels, useLanguage, useMessages } from "../shared/language.tsx";
import { Table } from "./parts.tsx";
import type { Short, Status } from "./records.ts";

const TONE: Record<Status, string> = {
  ISSUED: "good",
  PENDING: "warn",
  FAILED: "bad",
  REVOKED: "bad",
  SUPERSEDED: "quiet",
};

export function State({ status }: { status: Status }) {
  const text = useMessages();
  return <strong class={TONE[status]}>{text(`admin.status.${status}`)}</strong>;
}

export function CertificateTable({ name, certificates }: { name: string; certificates: Short[] }) {
  const text = useMessages();
  const label = useLabels();
  const { tag } = useLanguage();
  const columns = [label("dose"), label("vaccine"), label("batch"), label("date"), text("admin.version"), text("admin.state")];
  const rows = certificates.map((one) => [
    <a href={`#certificate/${one.id}`}>{`${one.dose}/${one.totalDoses}`}</a>,
    one.vaccination.name,
    one.vaccination.batch,
    day(one.vaccination.date, tag),
    one.version,
    <State status={one.status} />,
  ]);
  return <Table name={name} columns={columns} rows={rows} />;
}

/** One line that says which dose of whom it is. */
export function useInWords(): (certificate: Short) => string {
  const label = useLabels();
  const { tag } = useLanguage();
  return (one) =>
    [
      one.holder.name,
      `${label("dose")} ${one.dose}/${one.totalDoses}`,
      one.vaccination.name,
      one.vaccination.batch,
      day(one.vaccination.date, tag),
    ].join(" · ");
}
