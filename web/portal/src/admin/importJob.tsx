// An import that runs, and at its end the rows that failed.
import { useState } from "preact/hooks";
import { save } from "../certificates/downloading.ts";
import { useAct } from "../shared/acting.ts";
import { Problem } from "../shared/frame.tsx";
import { newKey, type UserError } from "../shared/graphql.ts";
import { useMessages } from "../shared/language.tsx";
import { PAGE_INFO, usePages } from "./asking.ts";
import { fileFrom } from "./fileFrom.ts";
import { inWords } from "./filePreview.tsx";
import { Paged } from "./paging.tsx";
import { Table } from "./parts.tsx";
import { type Job, Progress } from "./progress.tsx";
import { useSession } from "./session.ts";

const FAILED = `query($id: ID!, $after: String) { job(id: $id) { results(first: 50, after: $after, failed: true) {
  ${PAGE_INFO} nodes { index line error { code message path } } } } }`;
const RETRY = `mutation($input: RetryFailedInput!) { retryFailed(input: $input) {
  job { id } userErrors { code message path } } }`;

interface Row {
  index: number;
  line: number | null;
  error: UserError | null;
}

export function ImportJob({ id, onRetried }: { id: string; onRetried: (id: string) => void }) {
  const text = useMessages();
  const [finished, setFinished] = useState<Job | null>(null);
  return (
    <>
      <Progress id={id} onFinished={setFinished} />
      {finished?.merkleRoot && (
        <p class="quiet">
          {text("admin.imports.root")} <span class="key">{finished.merkleRoot}</span>
        </p>
      )}
      {finished && finished.failed > 0 && <FailedRows id={id} onRetried={onRetried} />}
    </>
  );
}

function FailedRows({ id, onRetried }: { id: string; onRetried: (id: string) => void }) {
  const text = useMessages();
  const session = useSession();
  const pages = usePages<Row>(FAILED, { id });
  const [key] = useState(newKey);
  const keeping = useAct(async () => save(await fileFrom(session, `/imports/${id}/errors`, `errors-${id}.csv`)));
  const retrying = useAct(async () => {
    const { job } = await session.act<{ job: { id: string } }>(RETRY, { jobId: id, idempotencyKey: key });
    onRetried(job.id);
  });
  return (
    <section class="sheet" aria-label={text("admin.imports.failed")}>
      <h3>{text("admin.imports.failed")}</h3>
      <Paged pages={pages}>
        {(rows) => (
          <Table
            name={text("admin.imports.failed")}
            columns={[text("admin.line"), text("admin.problem")]}
            rows={rows.map(({ index, line, error }) => [line ?? index + 1, error && inWords(error)])}
          />
        )}
      </Paged>
      <Problem fault={keeping.fault ?? retrying.fault} />
      <p class="row">
        <button onClick={keeping.act} disabled={keeping.busy}>
          {text("admin.imports.download")}
        </button>
        <button onClick={retrying.act} disabled={retrying.busy}>
          {text("admin.imports.retry")}
        </button>
      </p>
    </section>
  );
}
