// QR codes in pictures and in what a camera sees. The reader is fetched when the first picture is to be read.
import { prepareZXingModule, readBarcodes } from "zxing-wasm/reader";
import type { Content } from "../credential/index.ts";

declare const WASM_ADDRESS: string;

prepareZXingModule({ overrides: { locateFile: () => WASM_ADDRESS } });

const WANTED = { formats: ["QRCode" as const], tryHarder: true, tryRotate: true, tryInvert: true, tryDownscale: true };

/** Returns what the QR codes of a picture carry. */
export async function scanned(picture: Blob | ImageData): Promise<Content[]> {
  const found = await readBarcodes(picture, { ...WANTED, maxNumberOfSymbols: 4 });
  return found.filter((one) => one.isValid).map((one) => ({ format: "PICTURE", data: new Uint8Array(one.bytes) }));
}
