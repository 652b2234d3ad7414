// From what the reader shows to an answer, in this browser.
import { isPdf, isPicture, type Kept, verify, verifyContents, type Verification } from "../credential/index.ts";
import { Fault } from "../shared/graphql.ts";
import type { Shown } from "./result.tsx";
import { scanned } from "./scanning.ts";
import type { Renew } from "./standing.tsx";

const LARGEST = 32 * 1024 * 1024; // photographs of 200 million pixels

/** A PDF that this browser cannot read; the gateway may, since it sees the pages. */
export interface Paper {
  paper: Uint8Array;
}

/** Checks with what is kept. */
export type Check = (kept: Kept, now: Date) => Promise<Verification>;

/** Checks, and once more with its status list where that was not at hand and the gateway has it. */
export async function checked(check: Check, kept: Kept, renew: Renew): Promise<Verification> {
  const found = await check(kept, new Date());
  const more = found.missingList === null ? undefined : await renew([found.missingList]);
  return more ? check(more, new Date()) : found;
}

/** Checks a picture, a PDF or a file of text. Throws Fault where it is too large. */
export async function checkFile(file: File, kept: Kept, renew: Renew): Promise<Shown | Paper> {
  if (file.size > LARGEST) throw new Fault("PAYLOAD_TOO_LARGE", "");
  const bytes = new Uint8Array(await file.arrayBuffer());
  if (isPicture(bytes) || file.type.startsWith("image/")) {
    const contents = await scanned(file);
    return checked((...known) => verifyContents(contents, ...known), kept, renew);
  }
  const found = await checked((...known) => verify(bytes, ...known), kept, renew);
  return isPdf(bytes) && found.verdict === "UNREADABLE" ? { paper: bytes } : found;
}
