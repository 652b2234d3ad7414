// What a comparison found: what of it is put right, and taken back.
import { useState } from "preact/hooks";
import { save } from "../certificates/downloading.ts";
import { useAct } from "../shared/acting.ts";
import { Facts } from "../shared/facts.tsx";
import { Input } from "../shared/fields.tsx";
import { Problem } from "../shared/frame.tsx";
import { newKey } from "../shared/graphql.ts";
import { useMessages } from "../shared/language.tsx";
import { Approval } from "./approval.tsx";
import { useAsked } from "./asking.ts";
import { Confirming } from "./confirming.tsx";
import { fileFrom } from "./fileFrom.ts";
import { type Count, Findings, KINDS, type Kind } from "./findings.tsx";
import { usePlace } from "./place.ts";
import { type Job, Progress } from "./progress.tsx";
import { useSession } from "./session.ts";

const REPORT = `query($id: ID!) { reconciliation(id: $id) {
  digest csvUrl counts { kind count } application { id state } } }`;
const APPLY = `mutation($input: ApplyReconciliationInput!) { applyReconciliation(input: $input) {
  job { id } approvalNeeded userErrors { code message path } } }`;
const UNDO = `mutation($input: UndoReconciliationInput!) { undoReconciliation(input: $input) {
  job { id } approvalNeeded userErrors { code message path } } }`;
// What applying does something about, and what it does unasked.
const APPLIED = ["MISSING", "DIFFERENT", "REVOKED_ELSEWHERE", "EXTRA"] as const;
type Undone = (typeof APPLIED)[number];
const UNASKED: Kind[] = ["MISSING", "DIFFERENT", "REVOKED_ELSEWHERE"];

interface Report {
  digest: string;
  csvUrl: string | null;
  counts: Count[];
  application: { id: string; state: Job["state"] } | null;
}

interface Begun {
  job: { id: string } | null;
  approvalNeeded: boolean;
}

export function ReportSheet({ id }: { id: string }) {
  const text = useMessages();
  const session = useSession();
  const { data, fault } = useAsked<{ reconciliation: Report | null }>(REPORT, { id });
  const report = data?.reconciliation;
  const keeping = useAct(async () => {
    if (report?.csvUrl) save(await fileFrom(session, report.csvUrl, `findings-${id}.csv`));
  });
  if (fault) return <Problem fault={fault} />;
  if (!report) return <p role="status">{text(data ? "admin.nothing" : "busy")}</p>;
  return (
    <section class="sheet" aria-label={text("admin.reconcile.report")}>
      <h3>{text("admin.reconcile.report")}</h3>
      <Facts facts={report.counts.map(({ kind, count }) => [text(`admin.finding.${kind}`), count])} />
      <p class="quiet">
        {text("admin.reconcile.digest")} <span class="key">{report.digest}</span>
      </p>
      <Findings id={id} />
      <Problem fault={keeping.fault} />
      <button onClick={keeping.act} disabled={keeping.busy}>
        {text("admin.imports.download")}
      </button>
      <Applying id={id} report={report} />
    </section>
  );
}

function Applying({ id, report }: { id: string; report: Report }) {
  const text = useMessages();
  const session = useSession();
  const [, , handed] = usePlace();
  const [kinds, setKinds] = useState(() => (handed ? (handed.split(",") as Kind[]) : UNASKED));
  const [typed, setTyped] = useState("");
  const [key] = useState(newKey);
  const [applied, setApplied] = useState(() => begunOf(report));
  const { act, busy, fault } = useAct(async () => {
    setApplied(await session.act<Begun>(APPLY, { reportDigest: report.digest, kinds, idempotencyKey: key }));
  });
  const counted = (kind: Kind): number => report.counts.find((one) => one.kind === kind)?.count ?? 0;
  const reach = kinds.reduce((sum, kind) => sum + counted(kind), 0);
  const turn = (kind: Kind, on: boolean): void => setKinds(KINDS.filter((one) => (one === kind ? on : kinds.includes(one))));
  const applying = report.counts.filter(({ kind, count }) => kinds.includes(kind) && count > 0);
  const place = `report/${id}/${kinds.join()}`;
  if (applied?.job && !applied.approvalNeeded) {
    return <Applied place={place} job={applied.job.id} digest={report.digest} counts={applying} />;
  }
  return (
    <form onSubmit={act}>
      <fieldset>
        <legend>{text("admin.reconcile.kinds")}</legend>
        {APPLIED.map((kind) => (
          <label class="check">
            <input
              type="checkbox"
              checked={kinds.includes(kind)}
              onChange={(event) => turn(kind, event.currentTarget.checked)}
            />
            {text(`admin.applied.${kind}`, { count: counted(kind) })}
          </label>
        ))}
      </fieldset>
      {applied?.approvalNeeded && <Approval place={place} />}
      <Input label={text("admin.reach.type")} autocomplete="off" required value={typed} onValue={setTyped} />
      <Problem fault={fault} />
      <button class="danger" disabled={busy || reach === 0 || typed.trim() !== String(reach)}>
        {text("admin.reconcile.apply", { count: reach })}
      </button>
    </form>
  );
}

/** What was begun before, perhaps by somebody who waits for an approval. */
function begunOf({ application }: Report): Begun | null {
  return application && { job: application, approvalNeeded: application.state === "AWAITING_APPROVAL" };
}

interface AppliedProps {
  /** Where somebody else looks at it, to approve that it is taken back. */
  place: string;
  job: string;
  digest: string;
  counts: Count[];
}

function Applied({ place, job, digest, counts }: AppliedProps) {
  const text = useMessages();
  const session = useSession();
  const [finished, setFinished] = useState(false);
  const [undone, setUndone] = useState<Begun | null>(null);
  const [key] = useState(newKey);
  const act = async (): Promise<void> => {
    setUndone(await session.act<Begun>(UNDO, { reportDigest: digest, idempotencyKey: key }));
  };
  return (
    <>
      <Progress id={job} onFinished={() => setFinished(true)} />
      {undone?.approvalNeeded && <Approval place={place} />}
      {undone?.job && <Progress id={undone.job.id} />}
      {finished && !undone && (
        <Confirming
          label={text("admin.reconcile.undo")}
          confirm={text("admin.reconcile.undo.confirm", { count: counts.reduce((sum, { count }) => sum + count, 0) })}
          act={act}
        >
          <p>{text("admin.reconcile.undo.reach")}</p>
          <ul>
            {counts.map(({ kind, count }) => (
              <li>{text(`admin.undone.${kind as Undone}`, { count })}</li>
            ))}
          </ul>
        </Confirming>
      )}
    </>
  );
}
