// The camera: looks for a QR code until one is there, or it is stopped. Pictures stay in this browser.
import { useEffect, useRef, useState } from "preact/hooks";
import type { Content } from "../credential/index.ts";
import { useMessages } from "../shared/language.tsx";
import { scanned } from "./scanning.ts";

const PAUSE_MS = 150;

export function Camera({ onContents, onStop }: { onContents: (contents: Content[]) => void; onStop: () => void }) {
  const text = useMessages();
  const video = useRef<HTMLVideoElement>(null);
  const [refused, setRefused] = useState(false);
  useEffect(() => {
    const stopped = new AbortController();
    look(video.current, onContents, stopped.signal).catch(() => setRefused(true));
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
          <p role="status">{text("verify.looking")}</p>
          <video ref={video} class="camera" muted playsInline aria-label={text("verify.camera")} />
        </>
      )}
      <button onClick={onStop}>{text("verify.stop")}</button>
    </section>
  );
}

async function look(
  video: HTMLVideoElement | null,
  onContents: (contents: Content[]) => void,
  signal: AbortSignal,
): Promise<void> {
  if (!video) return;
  const wanted = { facingMode: "environment", width: { ideal: 1920 }, height: { ideal: 1080 } };
  const stream = await navigator.mediaDevices.getUserMedia({ video: wanted, audio: false });
  try {
    video.srcObject = stream;
    await video.play();
    while (!signal.aborted) {
      const contents = await scanned(frameOf(video));
      if (signal.aborted) return;
      if (contents.length > 0) {
        onContents(contents);
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  } finally {
    for (const track of stream.getTracks()) track.stop();
  }
}

function frameOf(video: HTMLVideoElement): ImageData {
  const canvas = document.createElement("canvas");
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) throw new Error("no canvas");
  context.drawImage(video, 0, 0);
  return context.getImageData(0, 0, canvas.width, canvas.height);
}
