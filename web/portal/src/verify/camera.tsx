// The camera: looks until a certificate is there, or it is stopped. Pictures stay in this browser.
import { useEffect, useRef, useState } from "preact/hooks";
import { verifyContents } from "../credential/index.ts";
import { useMessages } from "../shared/language.tsx";
import type { Check } from "./checking.ts";
import type { Shown } from "./result.tsx";
import { glimpsed } from "./scanning.ts";
import { useWords } from "./words.ts";

const PAUSE_MS = 150;

interface CameraProps {
  check: (check: Check) => Promise<Shown>;
  onFound: (found: Shown) => void;
  onStop: () => void;
}

/** Returns whether it is enough: of another kind of code it is not. */
type Seen = (found: Shown) => boolean;

export function Camera({ check, onFound, onStop }: CameraProps) {
  const text = useMessages();
  const video = useRef<HTMLVideoElement>(null);
  const [refused, setRefused] = useState(false);
  const [other, setOther] = useState<string>();
  useEffect(() => {
    const stopped = new AbortController();
    const seen: Seen = (found) => {
      const [decoding] = found.checks;
      if (found.verdict === "UNREADABLE") setOther(decoding?.message);
      else onFound(found);
      return found.verdict !== "UNREADABLE";
    };
    look(video.current, check, seen, stopped.signal).catch(() => setRefused(true));
    return () => stopped.abort();
  }, []);
  return (
    <section class="sheet">
      {refused ? (
        <p class="problem" role="alert">
          {text("verify.noCamera")}
        </p>
      ) : (
        <>
          <p role="status">{other ? <Other reason={other} /> : text("verify.looking")}</p>
          <video ref={video} class="camera" muted playsInline aria-label={text("verify.camera")} />
        </>
      )}
      <button onClick={onStop}>{text(refused ? "verify.another" : "verify.stop")}</button>
    </section>
  );
}

function Other({ reason }: { reason: string }) {
  const text = useMessages();
  const said = useWords().reason(reason);
  return (
    <>
      {text("verify.otherCode")} <span lang={said.lang}>{said.text}</span>
    </>
  );
}

async function look(
  video: HTMLVideoElement | null,
  check: CameraProps["check"],
  seen: Seen,
  signal: AbortSignal,
): Promise<void> {
  if (!video) return;
  const wanted = { facingMode: "environment", width: { ideal: 1920 }, height: { ideal: 1080 } };
  const stream = await navigator.mediaDevices.getUserMedia({ video: wanted, audio: false });
  try {
    video.srcObject = stream;
    await video.play();
    for (let turn = 0; !signal.aborted; turn += 1) {
      const contents = await glimpsed(video, turn);
      const found = contents.length > 0 && (await check((...known) => verifyContents(contents, ...known)));
      if (signal.aborted || (found && seen(found))) return;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  } finally {
    for (const track of stream.getTracks()) track.stop();
  }
}
