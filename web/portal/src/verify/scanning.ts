// QR codes in pictures and in what a camera sees. The reader is fetched when the first picture is to be read.
import { prepareZXingModule, readBarcodes, type Binarizer } from "zxing-wasm/reader";
import type { Content } from "../credential/index.ts";
import { pixelsOf, views } from "./views.ts";

declare const WASM_ADDRESS: string;

prepareZXingModule({ overrides: { locateFile: () => WASM_ADDRESS } });

// The local one stands uneven light, the global one noise.
const BINARIZERS: Binarizer[] = ["LocalAverage", "GlobalHistogram"];
const WANTED = { formats: ["QRCode" as const], tryHarder: true, tryInvert: true, tryDownscale: true };
const MOST = 4;

/** Returns what the QR codes of a picture carry; nothing where it holds none, or is no picture. */
export async function scanned(picture: Blob): Promise<Content[]> {
  const bitmap = await createImageBitmap(picture).catch(() => undefined);
  if (!bitmap) return [];
  for (const view of views(pixelsOf(bitmap, bitmap.width, bitmap.height))) {
    for (const binarizer of BINARIZERS) {
      const found = await read(view, binarizer);
      if (found.length) return found;
    }
  }
  return [];
}

/** Returns what the QR codes that a camera sees now carry; `turn` counts the looks, each tries another way. */
export function glimpsed(video: HTMLVideoElement, turn: number): Promise<Content[]> {
  return read(pixelsOf(video, video.videoWidth, video.videoHeight), BINARIZERS[turn % BINARIZERS.length]!);
}

async function read(view: ImageData, binarizer: Binarizer): Promise<Content[]> {
  const found = await readBarcodes(view, { ...WANTED, binarizer, maxNumberOfSymbols: MOST });
  return found.filter((one) => one.isValid).map((one) => ({ format: "PICTURE", data: new Uint8Array(one.bytes) }));
}
