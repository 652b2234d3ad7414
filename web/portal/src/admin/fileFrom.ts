// A file that a door gives for the same credential.
import { Fault } from "../shared/graphql.ts";
import type { Session } from "./session.ts";

/** Returns what is at an address of the gateway. Throws Fault. */
export async function fileFrom({ token }: Session, address: string, name: string): Promise<File> {
  const response = await fetch(address, { headers: { Authorization: `Bearer ${token}` }, credentials: "omit" });
  if (!response.ok) throw new Fault("FAILED", "", response.headers.get("x-request-id") ?? "");
  return new File([await response.blob()], name, { type: "text/csv" });
}
