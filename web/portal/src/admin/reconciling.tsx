// A file against what was issued: a report first, then what of it is put right, and taken back.
import { useState } from "preact/hooks";
import { save } from "../certificates/downloading.ts";
import { useAct } from "../shared/acting.ts";
import { Input } from "../shared/fields.tsx";
import { Problem } from "../shared/frame.tsx";
import { newKey } from "../shared/graphql.ts";
import { useMessages } from "../shared/language.tsx";
import { useAsked } from "./asking.ts";
import { fileFrom } from "./fileFrom.ts";
import { type Count, Findings, KINDS, type Kind } from "./findings.tsx";
import { Facts } from "../shared/facts.tsx";
import { Progress } from "./progress.tsx";
import { Approval } from "./reach.tsx";
import { useSession } from "./session.ts";

const RECONCILE = `mutation($input: ReconcileInput!) { reconcile(input: $input) {
  reconciliation { id } userErrors { code message path } } }`;
const REPORT = `query($id: ID!) { reconciliation(id: $id) { digest csvUrl counts { kind count } } }`;
const APPLY = `mutation($input: ApplyReconciliationInput!) { applyReconciliation(input: $input) {
  job { id } approvalNeeded userErrors { code message path } } }`;
const UNDO = `mutation($input: UndoReconciliationInput!) { undoReconciliation(input: $input) {
  job { id } approvalNeeded userErrors { code message path } } }`;
// What applying does something about, and what it does unasked.
const APPLIED = ["MISSING", "DIFFERENT", "REVOKED_ELSEWHERE", "EXTRA"] as const;
const UNASKED: Kind[] = ["MISSING", "DIFFERENT", "REVOKED_ELSEWHERE"];

interface Report {
  digest: string;
  csvUrl: string | null;
  counts: Count[];
}

interface Begun {
  job: { id: string } | null;
  approvalNeeded: boolean;
}

export function Reconciling({ uploadId }: { uploadId: string }) {
  const text = useMessages();
  const session = useSession();
  const [id, setId] = useState<string | null>(null);
  const [finished, setFinished] = useState(false);
  const [key] = useState(newKey);
  const { act, busy, fault } = useAct(async () => {
    const payload = await session.act<{ reconciliation: { id: string } }>(RECONCILE, { uploadId, idempotencyKey: key });
    setId(payload.reconciliation.id);
  });
  if (id && finished) return <ReportSheet id={id} />;
  if (id) return <Progress id={id} onFinished={() => setFinished(true)} />;
  return (
    <>
      <Problem fault={fault} />
      <button onClick={act} disabled={busy}>
        {text("admin.reconcile.start")}
      </button>
    </>
  );
}

function ReportSheet({ id }: { id: string }) {
  const text = useMessages();
  const session = useSession();
  const { data, fault } = useAsked<{ reconciliation: Report | null }>(REPORT, { id });
  const report = data?.reconciliation;
  const keeping = useAct(async () => {
    if (report?.csvUrl) save(await fileFrom(session, report.csvUrl, `findings-${id}.csv`));
  });
  if (fault) return <Problem fault={fault} />;
  if (!report) return <p role="status">{text("busy")}</p>;
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
      <Applying report={report} />
    </section>
  );
}

function Applying({ report }: { report: Report }) {
  const text = useMessages();
  const session = useSession();
  const [kinds, setKinds] = useState(UNASKED);
  const [typed, setTyped] = useState("");
  const [key] = useState(newKey);
  const [applied, setApplied] = useState<Begun | null>(null);
  const { act, busy, fault } = useAct(async () => {
    setApplied(await session.act<Begun>(APPLY, { reportDigest: report.digest, kinds, idempotencyKey: key }));
  });
  const counted = (kind: Kind): number => report.counts.find((one) => one.kind === kind)?.count ?? 0;
  const reach = kinds.reduce((sum, kind) => sum + counted(kind), 0);
  const turn = (kind: Kind, on: boolean): void => setKinds(KINDS.filter((one) => (one === kind ? on : kinds.includes(one))));
  if (applied?.job) return <Applied job={applied.job.id} digest={report.digest} />;
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
      {applied?.approvalNeeded && <Approval digest={report.digest} />}
      <Input label={text("admin.reach.type")} autocomplete="off" required value={typed} onValue={setTyped} />
      <Problem fault={fault} />
      <button class="danger" disabled={busy || reach === 0 || typed.trim() !== String(reach)}>
        {text("admin.reconcile.apply", { count: reach })}
      </button>
    </form>
  );
}

function Applied({ job, digest }: { job: string; digest: string }) {
  const text = useMessages();
  const session = useSession();
  const [finished, setFinished] = useState(false);
  const [undone, setUndone] = useState<Begun | null>(null);
  const [key] = useState(newKey);
  const { act, busy, fault } = useAct(async () => {
    setUndone(await session.act<Begun>(UNDO, { reportDigest: digest, idempotencyKey: key }));
  });
  return (
    <>
      <Progress id={job} onFinished={() => setFinished(true)} />
      <Problem fault={fault} />
      {undone?.approvalNeeded && <Approval digest={digest} />}
      {undone?.job && <Progress id={undone.job.id} />}
      {finished && !undone && (
        <button onClick={act} disabled={busy}>
          {text("admin.reconcile.undo")}
        </button>
      )}
    </>
  );
}
