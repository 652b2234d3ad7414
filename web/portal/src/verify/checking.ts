// From what the reader shows to an answer, in this browser.
import { isPdf, isPicture, type Kept, verify, verifyContents } from "../credential/index.ts";
import { Fault } from "../shared/graphql.ts";
import type { Shown } from "./result.tsx";
import { scanned } from "./scanning.ts";

const LARGEST = 32 * 1024 * 1024; // photographs of 200 million pixels

/** A PDF that this browser cannot read; the gateway may, since it sees the pages. */
export interface Paper {
  paper: Uint8Array;
}

/** Checks a picture, a PDF or a file of text. Throws Fault where it is too large. */
export async function checkFile(file: File, kept: Kept): Promise<Shown | Paper> {
  if (file.size > LARGEST) throw new Fault("PAYLOAD_TOO_LARGE", "");
  const bytes = new Uint8Array(await file.arrayBuffer());
  if (isPicture(bytes) || file.type.startsWith("image/")) {
    return verifyContents(await scanned(file), kept, new Date());
  }
  const found = await verify(bytes, kept, new Date());
  return isPdf(bytes) && found.verdict === "UNREADABLE" ? { paper: bytes } : found;
}
