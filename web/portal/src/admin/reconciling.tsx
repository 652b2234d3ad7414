// A file against what was issued: compared by a job, whose report says what differs.
import { useState } from "preact/hooks";
import { useAct } from "../shared/acting.ts";
import { Problem } from "../shared/frame.tsx";
import { newKey } from "../shared/graphql.ts";
import { useMessages } from "../shared/language.tsx";
import { Progress } from "./progress.tsx";
import { ReportSheet } from "./report.tsx";
import { useSession } from "./session.ts";

const RECONCILE = `mutation($input: ReconcileInput!) { reconcile(input: $input) {
  reconciliation { id } userErrors { code message path } } }`;
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
