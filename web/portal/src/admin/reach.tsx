// Revoking all that a batch, a facility, a key reaches: counted first, then by its number, then followed.
import { useState } from "preact/hooks";
import { useAct } from "../shared/acting.ts";
import { Input } from "../shared/fields.tsx";
import { Problem } from "../shared/frame.tsx";
import { newKey } from "../shared/graphql.ts";
import { useMessages } from "../shared/language.tsx";
import { Approval } from "./approval.tsx";
import { CertificateTable } from "./certificates.tsx";
import { forgetFound } from "./found.ts";
import { Progress } from "./progress.tsx";
import { type Reason, SHORT, type Short } from "./records.ts";
import { ReasonChoice } from "./revoking.tsx";
import { usePlace } from "./place.ts";
import { useSession } from "./session.ts";

const REVOKE = `mutation($input: RevokeCertificatesInput!) { revokeCertificates(input: $input) {
  reach { count digest sample { ${SHORT} } } job { id } approvalNeeded userErrors { code message path } } }`;
const MEMBERS = ["batch", "vaccine", "facility", "vaccinator", "client", "keyId"] as const;
const DAYS = ["from", "to"] as const;

interface Reached {
  count: number;
  digest: string;
  sample: Short[];
}

interface Payload {
  reach: Reached | null;
  job: { id: string } | null;
  approvalNeeded: boolean;
}

/** What somebody else has begun, to be approved: it is the same only with the digest of their count. */
interface Begun {
  where: Record<string, string>;
  reason: Reason;
  digest: string | null;
}

const NOTHING: Begun = { where: {}, reason: "BATCH_RECALL", digest: null };

export function Reach() {
  const text = useMessages();
  const session = useSession();
  const [, handed] = usePlace();
  const [begun] = useState(() => (handed ? (JSON.parse(handed) as Begun) : NOTHING));
  const [where, setWhere] = useState(begun.where);
  const [reason, setReason] = useState<Reason>(begun.reason);
  const [reach, setReach] = useState<Reached | null>(null);
  const digest = where === begun.where ? begun.digest : null;
  const change = (more: Record<string, string>): void => {
    setWhere({ ...where, ...more });
    setReach(null);
  };
  const { act, busy, fault } = useAct(async () => {
    setReach((await session.act<Payload>(REVOKE, { target: { where: wanted(where) }, reason, dryRun: true })).reach);
  });
  return (
    <section>
      <h2>{text("admin.section.reach")}</h2>
      <form class="sheet" onSubmit={act}>
        <p>{text("admin.reach.intro")}</p>
        <div class="fields">
          {MEMBERS.map((name) => (
            <Input
              label={text(`admin.reach.${name}`)}
              value={where[name] ?? ""}
              onValue={(value) => change({ [name]: value })}
            />
          ))}
          {DAYS.map((name) => (
            <Input
              label={text(`admin.reach.${name}`)}
              type="date"
              value={where[name] ?? ""}
              onValue={(value) => change({ [name]: value })}
            />
          ))}
        </div>
        <Problem fault={fault} />
        <button class="main" disabled={busy}>
          {busy ? text("busy") : text("admin.reach.count")}
        </button>
      </form>
      {reach && (
        <Counted
          key={reach.digest}
          reach={reach}
          digest={digest ?? reach.digest}
          where={where}
          reason={reason}
          onReason={setReason}
        />
      )}
    </section>
  );
}

interface CountedProps {
  reach: Reached;
  digest: string;
  where: Record<string, string>;
  reason: Reason;
  onReason: (reason: Reason) => void;
}

function Counted({ reach, digest, where, reason, onReason }: CountedProps) {
  const text = useMessages();
  const session = useSession();
  const [typed, setTyped] = useState("");
  const [key] = useState(newKey);
  const [begun, setBegun] = useState<Payload | null>(null);
  const { act, busy, fault } = useAct(async () => {
    const target = { where: wanted(where) };
    setBegun(await session.act<Payload>(REVOKE, { target, reason, digest, idempotencyKey: key }));
    forgetFound();
  });
  const name = text("admin.reach.reaches", { count: reach.count });
  return (
    <section class="sheet" aria-label={text("admin.reach.result")}>
      <p role="status">
        <strong>{name}</strong>
      </p>
      <CertificateTable name={text("admin.reach.sample")} certificates={reach.sample} />
      {reach.count > 0 && !begun && (
        <form onSubmit={act}>
          <p class="problem">{text("admin.revoke.forGood")}</p>
          <ReasonChoice value={reason} onValue={onReason} />
          <Input label={text("admin.reach.type")} autocomplete="off" required value={typed} onValue={setTyped} />
          <Problem fault={fault} />
          <button class="danger" disabled={busy || typed.trim() !== String(reach.count)}>
            {text("admin.revoke.confirm", { count: reach.count })}
          </button>
        </form>
      )}
      {begun?.approvalNeeded && <Approval place={placeOf("reach", { where, reason, digest })} />}
      {begun?.job && <Progress id={begun.job.id} />}
    </section>
  );
}

function placeOf(section: string, begun: Begun): string {
  return `${section}/${encodeURIComponent(JSON.stringify(begun))}`;
}

function wanted(where: Record<string, string>): Record<string, string> {
  const given = Object.entries(where).filter(([, value]) => value.trim());
  return Object.fromEntries(given.map(([name, value]) => [name, isDay(name) ? `${value}T00:00:00+05:30` : value.trim()]));
}

function isDay(name: string): boolean {
  return (DAYS as readonly string[]).includes(name);
}
