// A file of records: sent up, looked at, then imported and followed.
import { useState } from "preact/hooks";
import { useAct } from "../shared/acting.ts";
import { Problem } from "../shared/frame.tsx";
import { newKey } from "../shared/graphql.ts";
import { useMessages } from "../shared/language.tsx";
import { FilePreview } from "./filePreview.tsx";
import { ImportJob } from "./importJob.tsx";
import { Reconciling } from "./reconciling.tsx";
import { useSession } from "./session.ts";
import { sendUp, type Upload } from "./uploading.ts";

const START = `mutation($input: StartImportInput!) { startImport(input: $input) {
  job { id } userErrors { code message path } } }`;

export function Imports() {
  const text = useMessages();
  const session = useSession();
  const [upload, setUpload] = useState<Upload | null>(null);
  return (
    <section>
      <h2>{text("admin.section.imports")}</h2>
      <Chosen onSent={setUpload} onChosen={() => setUpload(null)} />
      {upload && <FilePreview key={upload.id} id={upload.id} />}
      {upload && <Starting key={`start ${upload.id}`} upload={upload} />}
      {upload && session.may("RECONCILE") && <Reconciling key={`compare ${upload.id}`} uploadId={upload.id} />}
    </section>
  );
}

function Chosen({ onSent, onChosen }: { onSent: (upload: Upload) => void; onChosen: () => void }) {
  const text = useMessages();
  const session = useSession();
  const [file, setFile] = useState<File | null>(null);
  const [key, setKey] = useState(newKey);
  const [part, setPart] = useState<number | null>(null);
  const { act, busy, fault } = useAct(async () => {
    if (file) onSent(await sendUp(session, file, key, setPart));
  });
  const choose = (chosen: File | undefined): void => {
    setFile(chosen ?? null);
    setKey(newKey());
    setPart(null);
    onChosen();
  };
  return (
    <form class="sheet" onSubmit={act}>
      <label class="field">
        <span>{text("admin.imports.file")}</span>
        <input type="file" required onChange={(event) => choose(event.currentTarget.files?.[0])} />
      </label>
      <p class="quiet">
        {text("admin.imports.intro")} <a href="/uploads/template.csv?form=ours">{text("admin.imports.template")}</a>
      </p>
      {part !== null && <progress aria-label={text("admin.imports.sending")} max={1} value={part} />}
      <Problem fault={fault} />
      <button class="main" disabled={busy || !file}>
        {busy ? text("busy") : text("admin.imports.send")}
      </button>
    </form>
  );
}

function Starting({ upload }: { upload: Upload }) {
  const text = useMessages();
  const session = useSession();
  const [job, setJob] = useState<string | null>(null);
  const [key] = useState(newKey);
  const { act, busy, fault } = useAct(async () => {
    const payload = await session.act<{ job: { id: string } }>(START, { uploadId: upload.id, idempotencyKey: key });
    setJob(payload.job.id);
  });
  if (job) return <ImportJob key={job} id={job} onRetried={setJob} />;
  return (
    <>
      <Problem fault={fault} />
      {session.may("ISSUE") && (
        <button class="main" onClick={act} disabled={busy}>
          {text("admin.imports.start")}
        </button>
      )}
    </>
  );
}
