// The checks put together, in the contract's order (credential/verification/judge.py).

import known from "known";
import { checkContext, checkSubjectId } from "./context.ts";
import type { Received } from "./decode.ts";
import { iso, microseconds, moment } from "./dates.ts";
import { readFacts } from "./facts.ts";
import { checkFieldBinding } from "./fieldBinding.ts";
import { notChecked, passed, failed } from "./model.ts";
import type { Check, CheckCode, IssuerKey, Kept, Key, Policy, Profile, Verification } from "./model.ts";
import type { Reason } from "./reasons.ts";
import { checkIssuer, findSigner } from "./signer.ts";
import { checkListed, namesStatusList } from "./standing.ts";
import { lookUp, type ListAnswer } from "./statusLists.ts";
import { checkStructure, profileOf } from "./structure.ts";
import { checkExpiry, checkNotBefore, checkPlausibility } from "./times.ts";
import { verdictOf } from "./verdict.ts";

/** What the document itself tells. `signer`: the key that made the signature, if one did. */
interface Examination {
  checks: Check[];
  ambiguousFields: string[];
  signer: Key | undefined;
}

/** Returns the verification of a document that was read. */
export async function judge(received: Received, kept: Kept, now: Date, policy: Policy): Promise<Verification> {
  const { document, format } = received;
  const profile = profileOf(document);
  const keys = keysOf(kept);
  const { checks, ambiguousFields, signer } = await examine(received, profile, keys, microseconds(now));
  const answer = await standing(received, profile, kept, keys, signer, now);
  const every = complete([...checks, ...(signer ? checkListed(answer) : [])]);
  const readable = every.some(({ code, status }) => code === "STRUCTURE" && status === "PASSED");
  const { issuer } = document;
  return {
    verdict: verdictOf(every, policy, readable && namesStatusList(document, profile)),
    checks: every,
    ambiguousFields,
    format,
    issuer: typeof issuer === "string" ? issuer : null,
    facts: readable ? readFacts(document, profile) : null,
    newerCertificateExists: answer?.superseded ?? false,
    checkedAt: now.toISOString(),
    statusAsOf: answer?.asOf === undefined ? null : iso(answer.asOf),
    missingList: answer && answer.revoked === undefined ? answer.number : null,
  };
}

/** Returns the verification of what could not be read. */
export function unreadable(reason: Reason, now: Date): Verification {
  return {
    verdict: "UNREADABLE",
    checks: complete([failed("DECODE", reason)]),
    ambiguousFields: [],
    format: null,
    issuer: null,
    facts: null,
    newerCertificateExists: false,
    checkedAt: now.toISOString(),
    statusAsOf: null,
    missingList: null,
  };
}

export function keysOf({ keys, trust }: Kept): Key[] {
  const foreign = trust.flatMap((issuer) => issuer.keys.map((key) => keyOf({ ...key, issuer: issuer.id }, true)));
  return [...keys.map((key) => keyOf(key, false)), ...foreign];
}

function keyOf(key: IssuerKey, foreign: boolean): Key {
  const time = (text: string | null) => (text === null ? null : (moment(text) ?? null));
  return {
    issuer: key.issuer,
    verificationMethod: key.verificationMethod || null,
    algorithm: key.algorithm,
    pem: key.publicKeyPem,
    activeFrom: time(key.activeFrom),
    retiredAt: time(key.retiredAt),
    compromised: key.compromisedAt !== null,
    boundFrom: time(key.boundFrom),
    foreign,
  };
}

async function examine({ document }: Received, profile: Profile, keys: Key[], now: bigint): Promise<Examination> {
  const { check: structure, proof } = checkStructure(document, profile);
  const first = [passed("DECODE", "READ"), structure, checkIssuer(document, keys)];
  if (!proof || structure.status !== "PASSED") return { checks: first, ambiguousFields: [], signer: undefined };
  const { signer, checks: signed } = await findSigner(document, proof, keys);
  const checks = [
    ...first,
    ...signed,
    checkContext(document, profile),
    checkSubjectId(document),
    checkPlausibility(document, profile),
    checkNotBefore(document, profile, now),
    checkExpiry(document, profile, now),
  ];
  if (!signer) return { checks, ambiguousFields: [], signer };
  const { check: binding, ambiguousFields } = await checkFieldBinding(document, profile, proof, signer);
  return { checks: [...checks, binding], ambiguousFields, signer };
}

/** Nothing unsigned takes part in the look-up, and of other issuers' certificates our lists know nothing. */
async function standing(
  { document }: Received,
  profile: Profile,
  kept: Kept,
  keys: Key[],
  signer: Key | undefined,
  now: Date,
): Promise<ListAnswer | undefined> {
  if (!signer || signer.foreign) return undefined;
  const ours = keys.filter((key) => !key.foreign);
  return lookUp(document, profile, kept.statusLists, ours, microseconds(now));
}

/** Returns one check per code, in the contract's order. */
function complete(checks: Check[]): Check[] {
  const made = new Map(checks.map((check) => [check.code, check]));
  return (known.checks as CheckCode[]).map((code) => made.get(code) ?? notChecked(code, "NOT_REACHED"));
}
