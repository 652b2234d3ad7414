// A file goes up in chunks, each with its digest; what arrived already is not sent again.
import { sha256 as sha256Of } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { Fault } from "../shared/graphql.ts";
import type { Session } from "./session.ts";

export interface Upload {
  id: string;
  url: string;
  chunkSize: number;
}

const CREATE = `mutation($input: CreateUploadInput!) { createUpload(input: $input) {
  upload { id url chunkSize } userErrors { code message path } } }`;

/** Sends all of a file; tells the part that is there, from 0 to 1. Throws Fault. */
export async function sendUp(session: Session, file: File, key: string, told: (part: number) => void): Promise<Upload> {
  const sha256 = bytesToHex(await digestOf(file));
  const input = { name: file.name, byteSize: file.size, sha256, idempotencyKey: key };
  const { upload } = await session.act<{ upload: Upload }>(CREATE, input);
  const missing = await missingOf(session, upload);
  for (const [index, number] of missing.entries()) {
    told(index / missing.length);
    await put(session, upload, number, file);
  }
  told(1);
  return upload;
}

async function missingOf(session: Session, { url }: Upload): Promise<number[]> {
  const response = await fetch(url, { headers: bearer(session), credentials: "omit" });
  if (!response.ok) throw refusal(response);
  return ((await response.json()) as { missing: number[] }).missing;
}

async function put(session: Session, { url, chunkSize }: Upload, number: number, file: File): Promise<void> {
  const body = await file.slice(number * chunkSize, (number + 1) * chunkSize).arrayBuffer();
  const found = btoa(String.fromCharCode(...new Uint8Array(await crypto.subtle.digest("SHA-256", body))));
  const headers = { ...bearer(session), "Content-Digest": `sha-256=:${found}:` };
  const response = await fetch(`${url}/${number}`, { method: "PUT", headers, body, credentials: "omit" }).catch(() => {
    throw new Fault("NETWORK", "");
  });
  if (!response.ok) throw refusal(response);
}

function refusal(response: Response): Fault {
  return new Fault("UPLOAD", "", response.headers.get("x-request-id") ?? "");
}

function bearer({ token }: Session): Record<string, string> {
  return { Authorization: `Bearer ${token}` };
}

/** Piece by piece: Web Crypto hashes only what is in memory as a whole, and a file may be larger than that. */
async function digestOf(file: File): Promise<Uint8Array> {
  const hash = sha256Of.create();
  const reader = file.stream().getReader();
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return hash.digest();
    hash.update(value);
  }
}
