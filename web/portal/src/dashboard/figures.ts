// The public figures: read from /figures.json, as anybody may, and told in the reader's language.
import { Fault } from "../shared/graphql.ts";

export interface Row {
  table: string;
  key: string;
  /** In tens; null below ten. */
  value: number | null;
}

export interface Figures {
  asOf: string | null;
  rows: Row[];
}

/** Returns the newest figures. Throws Fault. */
export async function read(): Promise<Figures> {
  let response: Response;
  try {
    response = await fetch("/figures.json", { credentials: "omit" });
  } catch {
    throw new Fault("NETWORK", "The gateway was not reached.");
  }
  if (!response.ok) throw new Fault("UNAVAILABLE", "", response.headers.get("x-request-id") ?? "");
  return (await response.json()) as Figures;
}

export function tableOf(figures: Figures, table: string): Row[] {
  return figures.rows.filter((row) => row.table === table);
}

/** Returns how a number is written in India: 1,93,58,68,770. */
export function numbers(tag: string): (value: number) => string {
  const format = new Intl.NumberFormat([`${tag}-IN`, "en-IN"]);
  return (value) => format.format(value);
}
