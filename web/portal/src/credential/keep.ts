// What an offline verifier takes along: keys, trust list and status lists, from the gateway that serves the page.

import { microseconds } from "./dates.ts";
import { isObject, type JsonObject } from "./json.ts";
import { keysOf } from "./judge.ts";
import type { IssuerKey, Kept, Key, StatusListCredential, TrustedIssuer } from "./model.ts";
import { HeldLists, listAddress, type HeldList } from "./statusLists.ts";

type Fetch = typeof fetch;

interface Listed {
  purpose: string;
  number: number;
  sequence: number;
  validUntil: string;
  url: string;
  credential?: StatusListCredential;
}

interface Listing {
  lists: Listed[];
  next: string | null;
}

/** The lists of before that hold, by address, and the credentials that each is made of. */
interface Before {
  chains: Map<string, StatusListCredential[]>;
  held: Map<string, HeldList>;
}

const KEY = "id issuer verificationMethod algorithm publicKeyPem activeFrom retiredAt compromisedAt boundFrom";
const QUERY = `{ issuer { keys { ${KEY} } } trustedIssuers { id name country keys { ${KEY} } } }`;
const LONGEST_CHAIN = 8; // deltas behind a list; then the list itself is the shorter way

/**
 * Fetches keys, trust list and status lists: the first ones, those that `before` has, of which only what is new, and
 * those of `numbers`. Rejects with a TypeError where the gateway is not reached, otherwise where it answers wrongly.
 */
export async function keep(get: Fetch, before?: Kept, numbers: number[] = []): Promise<Kept> {
  const now = new Date();
  const { issuer, trustedIssuers: trust } = await keysAndTrust(get);
  const made = { keys: issuer.keys, trust, at: now.toISOString() };
  const ours = keysOf({ ...made, trust: [], statusLists: [] });
  const held = await heldBefore(before?.statusLists ?? [], ours, now);
  const statusLists: StatusListCredential[] = [];
  for (const listed of await listing(get, [...numbers, ...numbersOf(held)], held.held.size === 0)) {
    statusLists.push(...(await newest(get, listed, held, ours, now)));
  }
  return { ...made, statusLists };
}

/** Returns since when, at the latest, what the lists tell has held; when they were asked for where there are none. */
export function asOf({ statusLists, at }: Kept): string {
  const newest = new Map(statusLists.map((one) => [listAddress(one), String(one["validFrom"])]));
  return [...newest.values()].sort()[0] ?? at;
}

async function keysAndTrust(get: Fetch): Promise<{ issuer: { keys: IssuerKey[] }; trustedIssuers: TrustedIssuer[] }> {
  const body = JSON.stringify({ query: QUERY });
  const headers = { "Content-Type": "application/json" };
  const response = await get("/graphql", { method: "POST", headers, body, credentials: "omit" });
  const { data } = await json<{ data?: { issuer: { keys: IssuerKey[] }; trustedIssuers: TrustedIssuer[] } }>(response);
  if (!data) throw new Error("The gateway told no keys.");
  return data;
}

/** Returns what is told of the lists of the first page, which are all that most issuers have, and of those wanted. */
async function listing(get: Fetch, wanted: number[], embed: boolean): Promise<Listed[]> {
  const { lists, next } = await page(get, `embed=${embed}`);
  const last = next ? Math.max(-1, ...lists.map(({ number }) => number)) : Infinity;
  const further = [...new Set(wanted)].filter((number) => number > last);
  const pages = await Promise.all(further.map((number) => page(get, `after=${number - 1}&embed=false`)));
  return [...lists, ...pages.flatMap((one, at) => one.lists.filter(({ number }) => number === further[at]))];
}

async function page(get: Fetch, query: string): Promise<Listing> {
  return json<Listing>(await get(`/status?${query}`, { credentials: "omit" }));
}

function numbersOf({ held }: Before): number[] {
  return [...held.values()].map(({ number }) => number);
}

async function heldBefore(credentials: StatusListCredential[], keys: Key[], now: Date): Promise<Before> {
  const lists = new HeldLists(keys);
  const chains = new Map<string, StatusListCredential[]>();
  for (const one of credentials) {
    const address = listAddress(one);
    if (await lists.take(one, microseconds(now))) chains.set(address, [...(chains.get(address) ?? []), one]);
  }
  return { chains, held: new Map([...lists.held.values()].map((list) => [list.url, list])) };
}

/** Returns the credentials of a list as it is now, or those of before where what came is not to be believed. */
async function newest(
  get: Fetch,
  listed: Listed,
  before: Before,
  keys: Key[],
  now: Date,
): Promise<StatusListCredential[]> {
  const chain = before.chains.get(listed.url) ?? [];
  const held = before.held.get(listed.url);
  if (held && !isNewer(listed, held)) return chain;
  const longer = held && listed.sequence > held.sequence && chain.length <= LONGEST_CHAIN;
  const deltas = longer ? await deltasOf(get, listed, held) : [];
  if (deltas.length && (await believed([...chain, ...deltas], keys, now))) return [...chain, ...deltas];
  const whole = listed.credential ?? (await wholeOf(get, listed));
  return whole && (await believed([...chain, whole], keys, now)) ? [whole] : chain;
}

function isNewer(listed: Listed, held: HeldList): boolean {
  const until = microseconds(new Date(listed.validUntil));
  return listed.sequence > held.sequence || (listed.sequence === held.sequence && until > held.validUntil);
}

async function believed(chain: StatusListCredential[], keys: Key[], now: Date): Promise<boolean> {
  const lists = new HeldLists(keys);
  for (const one of chain) if (!(await lists.take(one, microseconds(now)))) return false;
  return true;
}

async function deltasOf(get: Fetch, listed: Listed, held: HeldList): Promise<StatusListCredential[]> {
  const response = await get(`${pathOf(listed)}/deltas?since=${held.sequence}`, { credentials: "omit" });
  return response.ok ? (await json<{ deltas: StatusListCredential[] }>(response)).deltas : [];
}

async function wholeOf(get: Fetch, listed: Listed): Promise<StatusListCredential | undefined> {
  const response = await get(pathOf(listed), { credentials: "omit" });
  const read: JsonObject | undefined = response.ok ? await json<JsonObject>(response) : undefined;
  return isObject(read) ? read : undefined;
}

/** The page may ask its own origin only, whatever address the lists are published under. */
function pathOf({ purpose, number }: Listed): string {
  return `/status/${purpose}/${number}`;
}

async function json<T>(response: Response): Promise<T> {
  if (!response.ok) throw new Error(`The gateway answered ${response.status}.`);
  return (await response.json()) as T;
}
