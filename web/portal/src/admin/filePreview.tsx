// How a file is read, and what its first rows would be.
import { Problem } from "../shared/frame.tsx";
import type { UserError } from "../shared/graphql.ts";
import { useLabels, useMessages } from "../shared/language.tsx";
import { useAsked } from "./asking.ts";
import { Facts } from "../shared/facts.tsx";
import { Table } from "./parts.tsx";

interface RowRecord {
  beneficiaryId?: string;
  recipient?: { name?: string };
  vaccination?: { name?: string; dose?: number; batch?: string };
}

interface Preview {
  encoding: string | null;
  template: string | null;
  ignored: string[];
  userErrors: UserError[];
  rows: { line: number; record: RowRecord | null; error: UserError | null }[];
}

const PREVIEW = `query($id: ID!) { upload(id: $id) { preview(first: 20) { encoding template ignored
  userErrors { code message path } rows { line record error { code message path } } } } }`;

export function FilePreview({ id }: { id: string }) {
  const text = useMessages();
  const { data, fault } = useAsked<{ upload: { preview: Preview | null } | null }>(PREVIEW, { id });
  if (fault) return <Problem fault={fault} />;
  const preview = data?.upload?.preview;
  if (!preview) return <p role="status">{text("busy")}</p>;
  return (
    <section class="sheet" aria-label={text("admin.preview")}>
      <h3>{text("admin.preview")}</h3>
      <Facts
        facts={[
          [text("admin.preview.template"), preview.template ?? "—"],
          [text("admin.preview.encoding"), preview.encoding ?? "—"],
          [text("admin.preview.ignored"), preview.ignored.join(", ") || "—"],
        ]}
      />
      {preview.userErrors.map((one) => (
        <p class="problem" role="alert">
          {inWords(one)}
        </p>
      ))}
      <Rows rows={preview.rows} />
    </section>
  );
}

function Rows({ rows }: { rows: Preview["rows"] }) {
  const text = useMessages();
  const label = useLabels();
  return (
    <Table
      name={text("admin.preview")}
      columns={[text("admin.line"), label("beneficiary_id"), label("name"), label("vaccine"), label("dose"), text("admin.problem")]}
      rows={rows.map(({ line, record, error }) => [
        line,
        record?.beneficiaryId,
        record?.recipient?.name,
        record?.vaccination?.name,
        record?.vaccination?.dose,
        error && <span class="bad">{inWords(error)}</span>,
      ])}
    />
  );
}

export function inWords({ path, message }: UserError): string {
  return [path.join("."), message].filter(Boolean).join(": ");
}
