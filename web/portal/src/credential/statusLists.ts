// The status lists at hand: believed only if signed by the issuer, and never older than one seen
// (credential/verification/status_lists.py). An expired list still tells that a bit was set, but not that it was not.

import known from "known";
import { markedPosition } from "./binding.ts";
import { decodeBits, digestOf, flipped, isSet, LIST_SIZE } from "./bitstring.ts";
import type { Bytes } from "./bytes.ts";
import { moment, SKEW } from "./dates.ts";
import { ListRefused, ProofFault } from "./faults.ts";
import { has, isObject, type JsonObject } from "./json.ts";
import type { Key, Profile, StatusListCredential } from "./model.ts";
import { readProof } from "./proof.ts";
import { fits, type Shape } from "./shapes.ts";
import { findSigner } from "./signer.ts";
import { memberOf } from "./structure.ts";

export type Purpose = "revocation" | "refresh";

/** A list that was believed: its address and issuer, its bits, and from when until when they hold. */
export interface HeldList {
  url: string;
  issuer: string;
  purpose: Purpose;
  number: number;
  sequence: number;
  bits: Bytes;
  digest: string;
  validFrom: bigint;
  validUntil: bigint;
}

/** What the lists say: of each purpose, undefined where its list is not at hand. `fresh`: that of revocations is. */
export interface ListAnswer {
  named: boolean;
  number: number | null;
  revoked?: boolean | undefined;
  superseded?: boolean | undefined;
  fresh: boolean;
  asOf?: bigint | undefined;
}

/** Where a certificate's bit is, and in which lists. */
interface Wanted {
  number: number | null;
  index: number;
  urls: (address: string, issuer: unknown) => boolean;
  found: (lists: HeldList[]) => HeldList[];
}

const ADDRESS = /^https?:\/\/[^\s?#]+\/(revocation|refresh)\/(0|[1-9][0-9]{0,9})$/;
const DELTA = "StatusListDelta";

/** Returns what the lists say of a certificate whose signature was checked. */
export async function lookUp(
  document: JsonObject,
  profile: Profile,
  credentials: StatusListCredential[],
  keys: Key[],
  now: bigint,
): Promise<ListAnswer> {
  const wanted = profile === "vc2" ? wantedByEntries(document) : wantedByMark(document);
  if (!wanted) return { named: false, number: null, fresh: false };
  const lists = new HeldLists(keys);
  for (const one of credentials) if (wanted.urls(listAddress(one), one["issuer"])) await lists.take(one, now);
  const found = wanted.found([...lists.held.values()]);
  return { ...answered(wanted.index, found, now), number: wanted.number };
}

/** Finds lists by their addresses; only the certificate's own issuer speaks for it. */
function wantedByEntries(document: JsonObject): Wanted | undefined {
  if (!has(document, "credentialStatus")) return undefined;
  const entries = document["credentialStatus"] as JsonObject[];
  const indexes = new Set(entries.map((entry) => Number(entry["statusListIndex"])));
  const [index = LIST_SIZE] = indexes;
  const names = new Map(entries.map((entry) => [entry["statusListCredential"], entry["statusPurpose"]]));
  const [address = ""] = names.keys() as Iterable<string>;
  return {
    number: numberOf(address),
    index,
    urls: (address, issuer) => names.has(address) && issuer === document["issuer"],
    found: (lists) => {
      const agreed = indexes.size === 1 && index < LIST_SIZE;
      return agreed ? lists.filter((list) => names.get(list.url) === list.purpose) : [];
    },
  };
}

/** Finds lists by their number, which is all that the mark has; of several issuers none is meant. */
function wantedByMark(document: JsonObject): Wanted | undefined {
  const position = markedPosition(document);
  if (!position) return undefined;
  return {
    ...position,
    urls: (address) => numberOf(address) === position.number,
    found: (lists) => {
      const purposes = new Set(lists.map((list) => list.purpose));
      return position.index < LIST_SIZE && purposes.size === lists.length ? lists : [];
    },
  };
}

function answered(index: number, lists: HeldList[], now: bigint): Omit<ListAnswer, "number"> {
  const [revocation, refresh] = (["revocation", "refresh"] as const).map((purpose) =>
    lists.find((list) => list.purpose === purpose),
  );
  return {
    named: true,
    revoked: revocation && isSet(revocation.bits, index),
    superseded: refresh && isSet(refresh.bits, index),
    fresh: revocation !== undefined && now <= revocation.validUntil,
    asOf: (revocation ?? refresh)?.validFrom,
  };
}

/** Returns the number at the end of a list's address. */
function numberOf(address: string): number | null {
  const [, , number] = ADDRESS.exec(address) ?? [];
  return number === undefined ? null : Number(number);
}

/** Returns the address of the list that a credential is, or leads on. */
export function listAddress(credential: StatusListCredential): string {
  const subject = credential["credentialSubject"];
  const id = isDelta(credential) && isObject(subject) ? subject["id"] : credential["id"];
  return typeof id === "string" ? id.split("#")[0]! : "";
}

export function isDelta(credential: StatusListCredential): boolean {
  const { type } = credential;
  return Array.isArray(type) && type.includes(DELTA);
}

/** Lists by issuer and address. */
export class HeldLists {
  readonly held = new Map<string, HeldList>();

  constructor(private readonly keys: Key[]) {}

  /** Takes a list or a delta, unless it is not to be believed. Returns whether it was. */
  async take(credential: StatusListCredential, now: bigint): Promise<boolean> {
    try {
      await this.accept(credential, now);
      return true;
    } catch (fault) {
      if (fault instanceof ListRefused) return false;
      throw fault;
    }
  }

  /** Throws ListRefused. */
  private async accept(credential: StatusListCredential, now: bigint): Promise<void> {
    const taken = isDelta(credential) ? await this.afterDelta(credential, now) : await this.ofList(credential, now);
    const before = this.held.get(nameOf(taken.issuer, taken.url));
    if (before && taken.sequence < before.sequence) throw new ListRefused("LIST_OLDER");
    if (before && taken.sequence === before.sequence) {
      if (taken.digest !== before.digest) throw new ListRefused("LIST_OLDER");
      if (before.validUntil > taken.validUntil) return; // the same list, signed earlier
    }
    this.held.set(nameOf(taken.issuer, taken.url), taken);
  }

  private async ofList(credential: StatusListCredential, now: bigint): Promise<HeldList> {
    const period = await this.checked(credential, known.shapes.list, now);
    const subject = memberOf(credential, "credentialSubject");
    const url = String(credential["id"]);
    const [, purpose, number] = ADDRESS.exec(url) ?? [];
    if (!purpose || purpose !== subject["statusPurpose"] || subject["id"] !== `${url}#list`) {
      throw new ListRefused("LIST_ADDRESS");
    }
    const bits = decodeBits(String(subject["encodedList"]));
    return {
      url,
      issuer: String(credential["issuer"]),
      purpose: purpose as Purpose,
      number: Number(number),
      sequence: Number(subject["sequence"]),
      bits,
      digest: await digestOf(bits),
      ...period,
    };
  }

  private async afterDelta(credential: StatusListCredential, now: bigint): Promise<HeldList> {
    const period = await this.checked(credential, known.shapes.delta, now);
    const subject = memberOf(credential, "credentialSubject");
    const held = this.held.get(nameOf(String(credential["issuer"]), listAddress(credential)));
    const [from, to] = [Number(subject["fromSequence"]), Number(subject["toSequence"])];
    if (!held || subject["id"] !== `${held.url}#list` || held.sequence !== from || to <= from) {
      throw new ListRefused("LIST_DELTA");
    }
    const bits = flipped(held.bits, decodeBits(String(subject["flippedBits"])));
    const digest = await digestOf(bits);
    if (digest !== subject["digestMultibase"]) throw new ListRefused("LIST_DELTA");
    return { ...held, sequence: to, bits, digest, ...period };
  }

  /** Checks structure, signature and start; returns the period. */
  private async checked(
    credential: JsonObject,
    shape: Shape,
    now: bigint,
  ): Promise<Pick<HeldList, "validFrom" | "validUntil">> {
    if (!fits(credential, shape)) throw new ListRefused("LIST_STRUCTURE");
    await this.checkSigned(credential);
    const validFrom = moment(String(credential["validFrom"]));
    const validUntil = moment(String(credential["validUntil"]));
    if (validFrom === undefined || validUntil === undefined || validFrom > now + SKEW) {
      throw new ListRefused("LIST_PERIOD");
    }
    return { validFrom, validUntil };
  }

  private async checkSigned(credential: JsonObject): Promise<void> {
    try {
      const { checks } = await findSigner(credential, readProof(credential), this.keys);
      if (checks.every(({ status }) => status === "PASSED")) return;
    } catch (fault) {
      if (!(fault instanceof ProofFault)) throw fault;
    }
    throw new ListRefused("LIST_SIGNATURE");
  }
}

function nameOf(issuer: string, url: string): string {
  return `${issuer} ${url}`;
}
