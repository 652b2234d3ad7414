// What holders ask to be corrected, against what the certificate says.
import { useState } from "preact/hooks";
import { useAct } from "../shared/acting.ts";
import { moment } from "../shared/dates.ts";
import { Choice, Input } from "../shared/fields.tsx";
import { Problem } from "../shared/frame.tsx";
import { useLanguage, useMessages } from "../shared/language.tsx";
import { PAGE_INFO, useAsked, usePages } from "./asking.ts";
import { Differences } from "./certificate.tsx";
import { useInWords } from "./certificates.tsx";
import { valuesOf } from "./correcting.tsx";
import { Paged } from "./paging.tsx";
import { type Change, WHOLE, type Whole } from "./records.ts";
import { useSession } from "./session.ts";

const QUEUE = `query($after: String, $state: CorrectionState) {
  correctionRequests(first: 20, after: $after, state: $state) {
    ${PAGE_INFO} nodes { id certificateId createdAt state note reason changes } } }`;
const DECIDE = `mutation($input: DecideCorrectionInput!) { decideCorrection(input: $input) {
  request { id } userErrors { code message path } } }`;
const STATES = ["OPEN", "ACCEPTED", "REFUSED"] as const;

interface Asked {
  id: string;
  certificateId: string;
  createdAt: string;
  state: (typeof STATES)[number];
  note: string;
  reason: string;
  changes: object;
}

export function CorrectionQueue() {
  const text = useMessages();
  const [state, setState] = useState<string>("OPEN");
  return (
    <section>
      <h2>{text("admin.section.corrections")}</h2>
      <Choice
        label={text("admin.state")}
        value={state}
        options={STATES.map((one) => [one, text(`certificates.state.${one}`)] as const)}
        onValue={setState}
      />
      <Queue key={state} state={state} />
    </section>
  );
}

function Queue({ state }: { state: string }) {
  const text = useMessages();
  const pages = usePages<Asked>(QUEUE, { state });
  return (
    <Paged pages={pages}>
      {(nodes) =>
        nodes.length === 0 ? (
          <p class="quiet">{text("admin.nothing")}</p>
        ) : (
          nodes.map((one) => <Request key={one.id} request={one} onDecided={pages.again} />)
        )
      }
    </Paged>
  );
}

function Request({ request, onDecided }: { request: Asked; onDecided: () => void }) {
  const text = useMessages();
  const words = useInWords();
  const { tag } = useLanguage();
  const { data, fault } = useAsked<{ certificate: Whole | null }>(WHOLE, { id: request.certificateId });
  const certificate = data?.certificate;
  const name = certificate ? words(certificate) : request.certificateId;
  return (
    <article class="sheet" aria-label={name}>
      <h3>
        <a href={`#certificate/${request.certificateId}`}>{name}</a>
      </h3>
      <p class="quiet">{moment(request.createdAt, tag)}</p>
      {request.note && <blockquote>{request.note}</blockquote>}
      <Problem fault={fault} />
      {certificate && <Differences name={name} changes={changesOf(request.changes, valuesOf(certificate))} />}
      {request.reason && <p>{text("certificates.reason", { reason: request.reason })}</p>}
      {request.state === "OPEN" && <Decision id={request.id} onDecided={onDecided} />}
    </article>
  );
}

function Decision({ id, onDecided }: { id: string; onDecided: () => void }) {
  const text = useMessages();
  const session = useSession();
  const [reason, setReason] = useState("");
  const decide = async (accept: boolean): Promise<void> => {
    await session.act(DECIDE, { id, accept, reason: reason.trim() });
    onDecided();
  };
  const accepting = useAct(() => decide(true));
  const refusing = useAct(() => decide(false));
  const busy = accepting.busy || refusing.busy;
  return (
    <form onSubmit={refusing.act}>
      <Input label={text("admin.corrections.reason")} required value={reason} onValue={setReason} />
      <Problem fault={accepting.fault ?? refusing.fault} />
      <p class="row">
        <button type="button" class="main" onClick={accepting.act} disabled={busy}>
          {text("admin.corrections.accept")}
        </button>
        <button disabled={busy}>{text("admin.corrections.refuse")}</button>
      </p>
    </form>
  );
}

/** Returns the leaves of the wanted record, with what stands there now. */
function changesOf(wanted: object, now: Record<string, string>, path = ""): Change[] {
  return Object.entries(wanted).flatMap(([name, value]) => {
    const field = path ? `${path}.${name}` : name;
    if (typeof value === "object" && value !== null) return changesOf(value as object, now, field);
    return [{ field, from: now[field] ?? null, to: String(value) }];
  });
}
