// A document is made by a worker: asked for until it is there, then fetched with the same token and saved.
import { ask, Fault } from "../shared/graphql.ts";
import { DOCUMENT, type Document, type Layout, type Printed } from "./queries.ts";

const LONGEST_MS = 60_000;

export interface Wanted extends Omit<Printed, "layout"> {
  id: string;
  /** Null for the one that is due. */
  layout: Layout | null;
  token: string;
}

/** Returns the file. Throws Fault. */
export async function documentOf({ token, ...variables }: Wanted): Promise<File> {
  const until = Date.now() + LONGEST_MS;
  for (;;) {
    const { certificate } = await ask<{ certificate: { document: Document | null } | null }>(DOCUMENT, variables, token);
    const found = certificate?.document;
    if (found?.state === "READY" && found.url) return fetched(found.url, token);
    if (found?.state !== "PENDING" || Date.now() > until) throw new Fault("FAILED", "");
    await new Promise((resolve) => setTimeout(resolve, found.retryAfterMs ?? 1000));
  }
}

async function fetched(url: string, token: string): Promise<File> {
  const response = await fetch(url, { headers: { Authorization: `Bearer ${token}` }, credentials: "omit" });
  if (!response.ok) throw new Fault("FAILED", "");
  const named = /filename="([^"]+)"/.exec(response.headers.get("content-disposition") ?? "")?.[1];
  return new File([await response.blob()], named ?? "certificate", { type: response.headers.get("content-type") ?? "" });
}

/** Hands a file to the browser's downloads. */
export function save(file: File): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = file.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
