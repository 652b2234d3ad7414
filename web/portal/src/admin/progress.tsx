// A job, followed while it runs.
import { useEffect, useState } from "preact/hooks";
import { Problem } from "../shared/frame.tsx";
import { Fault } from "../shared/graphql.ts";
import { useMessages } from "../shared/language.tsx";
import { useSession } from "./session.ts";

export interface Job {
  id: string;
  state: "AWAITING_APPROVAL" | "FAILED" | "FINISHED" | "RUNNING";
  total: number;
  done: number;
  failed: number;
  merkleRoot: string | null;
}

const PROGRESS = `subscription($id: ID!) { jobProgress(id: $id) { id state total done failed merkleRoot } }`;
const AGAIN_MS = 2000;

interface Props {
  id: string;
  onFinished?: (job: Job) => void;
}

export function Progress({ id, onFinished }: Props) {
  const text = useMessages();
  const { job, fault } = useJob(id, onFinished);
  if (fault) return <Problem fault={fault} />;
  if (!job) return <p role="status">{text("busy")}</p>;
  const name = text("admin.job", { id: job.id });
  const gone = job.done + job.failed;
  return (
    <div class="sheet" role="group" aria-label={name}>
      <p class="quiet">{name}</p>
      <p role="status">
        <strong>{text(`admin.job.${job.state}`)}</strong>{" "}
        {text("admin.job.counts", { done: job.done, failed: job.failed, total: job.total })}
      </p>
      <progress aria-label={name} max={Math.max(job.total, gone, 1)} value={job.state === "FINISHED" ? Math.max(job.total, gone, 1) : gone} />
    </div>
  );
}

function useJob(id: string, onFinished?: (job: Job) => void): { job: Job | null; fault: unknown } {
  const session = useSession();
  const [job, setJob] = useState<Job | null>(null);
  const [fault, setFault] = useState<unknown>(null);
  useEffect(() => {
    const ending = new AbortController();
    let last: Job | null = null;
    const seen = ({ jobProgress }: { jobProgress: Job }): void => {
      last = jobProgress;
      setJob(last);
    };
    // A line that broke is taken up again; the job runs on without us.
    const watch = async (): Promise<void> => {
      while (!ending.signal.aborted) {
        await session.follow(PROGRESS, { id }, seen, ending.signal).catch(onlyNetwork);
        if (last?.state === "FINISHED") return onFinished?.(last);
        if (last?.state === "FAILED") return;
        await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
      }
    };
    watch().catch((why: unknown) => ending.signal.aborted || setFault(why));
    return () => ending.abort();
  }, [id]);
  return { job, fault };
}

function onlyNetwork(fault: unknown): void {
  if (fault instanceof Fault && fault.code !== "NETWORK") throw fault;
}
