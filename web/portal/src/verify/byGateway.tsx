// A PDF without the certificate in it: its pages can be read by the gateway alone, and only when the reader says so.
import { useState } from "preact/hooks";
import { Problem } from "../shared/frame.tsx";
import { ask } from "../shared/graphql.ts";
import { useMessages } from "../shared/language.tsx";
import type { Shown } from "./result.tsx";

const BY_GATEWAY = `query($bytes: Base64!) { verify(input: {bytes: $bytes}) {
  verdict checks { code status message } ambiguousFields issuer newerCertificateExists statusAsOf
  facts { name age dateOfBirth gender certificateId beneficiaryId vaccine batch manufacturer date dose totalDoses
    stage facility } } }`;

interface ByGatewayProps {
  paper: Uint8Array;
  onFound: (found: Shown) => void;
  onStop: () => void;
}

export function ByGateway({ paper, onFound, onStop }: ByGatewayProps) {
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
    <section class="sheet" aria-live="polite">
      <p>{text("verify.noAttachment")}</p>
      <Problem fault={fault} />
      {busy && <p role="status">{text("busy")}</p>}
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
