// What a comparison found, page by page.
import { useLabels, useMessages } from "../shared/language.tsx";
import { PAGE_INFO, usePages } from "./asking.ts";
import { Paged } from "./paging.tsx";
import { Table } from "./parts.tsx";

export const KINDS = ["MISSING", "DIFFERENT", "REVOKED_ELSEWHERE", "EXTRA", "DUPLICATE", "INVALID"] as const;
export type Kind = (typeof KINDS)[number];

export interface Count {
  kind: Kind;
  count: number;
}

interface Finding {
  kind: Kind;
  line: number | null;
  beneficiaryId: string;
  dose: number | null;
  message: string;
  differences: { field: string; ours: string; theirs: string }[];
}

const FINDINGS = `query($id: ID!, $after: String) { reconciliation(id: $id) { findings(first: 50, after: $after) {
  ${PAGE_INFO} nodes { kind line beneficiaryId dose message differences { field ours theirs } } } } }`;

export function Findings({ id }: { id: string }) {
  const text = useMessages();
  const label = useLabels();
  const pages = usePages<Finding>(FINDINGS, { id });
  const columns = [text("admin.line"), text("admin.kind"), label("beneficiary_id"), label("dose"), text("admin.reconcile.said")];
  return (
    <Paged pages={pages}>
      {(nodes) => (
        <Table
          name={text("admin.reconcile.findings")}
          columns={columns}
          rows={nodes.map((one) => [
            one.line,
            text(`admin.finding.${one.kind}`),
            one.beneficiaryId,
            one.dose,
            <>
              {one.differences.map(({ field, ours, theirs }) => (
                <div>
                  {field}: <del>{ours || "—"}</del> <ins>{theirs}</ins>
                </div>
              ))}
              {one.message}
            </>,
          ])}
        />
      )}
    </Paged>
  );
}
