// Verifying: in this browser, with what was kept; nothing of a certificate is sent unless the reader says so.
import { useEffect, useState } from "preact/hooks";
import { type Content, isPdf, isPicture, type Kept, verify, verifyContents } from "../credential/index.ts";
import { Frame, mount, Problem } from "../shared/frame.tsx";
import { ask } from "../shared/graphql.ts";
import { useLanguage, useMessages } from "../shared/language.tsx";
import { moment } from "../shared/dates.ts";
import { Camera } from "./camera.tsx";
import { keptBefore, renewed } from "./keeping.ts";
import { Result, type Shown } from "./result.tsx";
import { scanned } from "./scanning.ts";
import "./style.css";

const BY_GATEWAY = `query($bytes: Base64!) { verify(input: {bytes: $bytes}) {
  verdict checks { code status message } ambiguousFields issuer newerCertificateExists statusAsOf
  facts { name age dateOfBirth gender certificateId beneficiaryId vaccine batch manufacturer date dose totalDoses
    stage facility } } }`;
const LARGEST = 10 * 1024 * 1024;

type Given = { bytes: Uint8Array } | { text: string } | { contents: Content[] };

function Verify() {
  const text = useMessages();
  const { kept, online } = useKept();
  const [found, setFound] = useState<Shown | null>(null);
  const [paper, setPaper] = useState<Uint8Array | null>(null);
  const [camera, setCamera] = useState(false);
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<unknown>(null);
  const again = (): void => {
    setFound(null);
    setPaper(null);
    setCamera(false);
    setFault(null);
  };
  const check = (work: () => Promise<void>): void => {
    again();
    setBusy(true);
    work()
      .catch(setFault)
      .finally(() => setBusy(false));
  };
  const judge = (given: Given): void =>
    check(async () => {
      const answer = await judged(given, kept);
      if ("bytes" in given && answer.checks[0]?.message === "PDF_EMPTY") setPaper(given.bytes);
      else setFound(answer);
    });
  const file = (chosen: File | undefined): void => {
    if (!chosen) return;
    check(async () => {
      if (chosen.size > LARGEST) throw new Error("too large");
      const bytes = new Uint8Array(await chosen.arrayBuffer());
      if (isPicture(bytes)) setFound(await judged({ contents: await scanned(chosen) }, kept));
      else {
        const answer = await judged({ bytes }, kept);
        if (isPdf(bytes) && answer.checks[0]?.message === "PDF_EMPTY") setPaper(bytes);
        else setFound(answer);
      }
    });
  };
  return (
    <Frame title="verify.title">
      <Standing kept={kept} online={online} />
      {busy && <p role="status">{text("busy")}</p>}
      <Problem fault={fault} />
      {found && <Result found={found} onAgain={again} />}
      {paper && <ByGateway paper={paper} onFound={setFound} onStop={again} />}
      {camera && !found && <Camera onContents={(contents) => judge({ contents })} onStop={again} />}
      {!found && !paper && !camera && !busy && (
        <Inputs ready={kept !== undefined} onFile={file} onText={(given) => judge({ text: given })} onCamera={() => setCamera(true)} />
      )}
    </Frame>
  );
}

async function judged(given: Given, kept: Kept | undefined): Promise<Shown> {
  const known = kept ?? { keys: [], trust: [], statusLists: [], at: new Date(0).toISOString() };
  if ("contents" in given) return verifyContents(given.contents, known, new Date());
  return verify("bytes" in given ? given.bytes : given.text, known, new Date());
}

/** Returns what is kept, renewed whenever there is a network, and whether there is one. */
function useKept(): { kept: Kept | undefined; online: boolean } {
  const [kept, setKept] = useState<Kept | undefined>();
  const [online, setOnline] = useState(navigator.onLine);
  useEffect(() => {
    const renew = async (): Promise<void> => {
      const before = await keptBefore();
      if (before) setKept(before);
      try {
        setKept(await renewed(before));
        setOnline(true);
      } catch {
        setOnline(false);
      }
    };
    const gone = (): void => setOnline(false);
    void renew();
    addEventListener("online", renew);
    addEventListener("offline", gone);
    return () => {
      removeEventListener("online", renew);
      removeEventListener("offline", gone);
    };
  }, []);
  return { kept, online };
}

function Standing({ kept, online }: { kept: Kept | undefined; online: boolean }) {
  const text = useMessages();
  const { tag } = useLanguage();
  if (online) return null;
  return (
    <p class="sheet" role="status">
      {kept ? text("verify.offline", { time: moment(kept.at, tag) }) : text("verify.offlineEmpty")}
    </p>
  );
}

interface InputsProps {
  ready: boolean;
  onFile: (file: File | undefined) => void;
  onText: (text: string) => void;
  onCamera: () => void;
}

function Inputs({ ready, onFile, onText, onCamera }: InputsProps) {
  const text = useMessages();
  const [given, setGiven] = useState("");
  return (
    <>
      <p>{text("verify.intro")}</p>
      <div
        class="sheet drop"
        data-ready={ready}
        onDragOver={(event) => event.preventDefault()}
        onDrop={(event) => {
          event.preventDefault();
          if (ready) onFile(event.dataTransfer?.files[0]);
        }}
      >
        <p>
          <button class="main" onClick={onCamera} disabled={!ready}>
            {text("verify.scan")}
          </button>
        </p>
        <label class="field">
          <span>{text("verify.file")}</span>
          <input type="file" disabled={!ready} accept="image/*,application/pdf,application/json,.json" onChange={(event) => onFile(event.currentTarget.files?.[0])} />
        </label>
      </div>
      <details>
        <summary>{text("verify.paste")}</summary>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            onText(given);
          }}
        >
          <label class="field">
            <span>{text("verify.text")}</span>
            <textarea rows={5} required value={given} onInput={(event) => setGiven(event.currentTarget.value)} />
          </label>
          <button disabled={!ready}>{text("verify.check")}</button>
        </form>
      </details>
      <p class="quiet">{text("verify.private")}</p>
    </>
  );
}

interface ByGatewayProps {
  paper: Uint8Array;
  onFound: (found: Shown) => void;
  onStop: () => void;
}

/** A PDF without the certificate in it: its pages can be read by the gateway alone, and only when the reader says so. */
function ByGateway({ paper, onFound, onStop }: ByGatewayProps) {
  const text = useMessages();
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<unknown>(null);
  const send = (): void => {
    setBusy(true);
    ask<{ verify: Shown }>(BY_GATEWAY, { bytes: base64(paper) })
      .then(({ verify: answer }) => onFound(answer))
      .catch(setFault)
      .finally(() => setBusy(false));
  };
  return (
    <section class="sheet">
      <p>{text("verify.noAttachment")}</p>
      <Problem fault={fault} />
      <div class="row">
        <button class="main" onClick={send} disabled={busy}>
          {text("verify.send")}
        </button>
        <button onClick={onStop}>{text("verify.another")}</button>
      </div>
    </section>
  );
}

function base64(bytes: Uint8Array): string {
  const piece = 0x8000;
  let binary = "";
  for (let at = 0; at < bytes.length; at += piece) binary += String.fromCharCode(...bytes.subarray(at, at + piece));
  return btoa(binary);
}

if ("serviceWorker" in navigator) {
  void navigator.serviceWorker.register("/verify-worker.js", { scope: "/verify" }).catch(() => undefined);
}
mount(Verify);
