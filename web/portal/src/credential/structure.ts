// STRUCTURE: the closed list of members and types of each profile (credential/verification/structure.py).

import known from "known";
import { ProofFault } from "./faults.ts";
import { has, isObject, type Json, type JsonObject } from "./json.ts";
import { failed, passed, type Check, type Profile } from "./model.ts";
import { isJwsSuite, readProof, type Proof } from "./proof.ts";
import type { Reason } from "./reasons.ts";
import { fits } from "./shapes.ts";

export const CREDENTIALS_V2 = "https://www.w3.org/ns/credentials/v2";
export const UNDEFINED = "undefined";

/** Tells the profile that a document claims: vc2 by its context, cowin-v2 by any of the members that v1 has not. */
export function profileOf(document: JsonObject): Profile {
  const { "@context": named, credentialSubject: subject, evidence } = document;
  if (Array.isArray(named) && named.includes(CREDENTIALS_V2)) return "vc2";
  const entry = Array.isArray(evidence) ? evidence[0] : undefined;
  const hasV2 = names(subject, "dob") || names(entry, "icd11Code") || names(entry, "prophylaxis");
  return hasV2 ? "cowin-v2" : "cowin-v1";
}

/** Returns the check, and what the proof says of itself where it can be read. */
export function checkStructure(document: JsonObject, profile: Profile): { check: Check; proof?: Proof } {
  try {
    const proof = readProof(document);
    const fault = fits(document, known.shapes[profile]) ? crossFault(document, profile, proof) : "STRUCTURE_DIFFERS";
    return { check: fault ? failed("STRUCTURE", fault) : passed("STRUCTURE", "STRUCTURE_FITS"), proof };
  } catch (fault) {
    if (fault instanceof ProofFault) return { check: failed("STRUCTURE", fault.reason) };
    throw fault;
  }
}

/** Returns the certificate id of a document of the right structure; Co-WIN profiles have it in the evidence id. */
export function certificateId(document: JsonObject, profile: Profile): string {
  if (profile === "vc2") return String(eventOf(document, profile)["certificateId"]);
  const [path = ""] = evidenceId(document).split("#");
  return path.slice(path.lastIndexOf("/") + 1);
}

/** Returns what was given when, of a document of the right structure. */
export function eventOf(document: JsonObject, profile: Profile): JsonObject {
  if (profile === "vc2") return memberOf(memberOf(document, "credentialSubject"), "vaccination");
  return (document["evidence"] as JsonObject[])[0]!;
}

export function memberOf(parent: JsonObject, name: string): JsonObject {
  return parent[name] as JsonObject;
}

export function evidenceId(document: JsonObject): string {
  return String(eventOf(document, "cowin-v1")["id"]);
}

function names(part: Json | undefined, name: string): boolean {
  return isObject(part) && has(part, name);
}

function crossFault(document: JsonObject, profile: Profile, proof: Proof): Reason | undefined {
  if (isJwsSuite(proof.suite) === (profile === "vc2")) return "PROOF_OTHER_SUITE";
  if (profile === "vc2") return undefined;
  const entry = eventOf(document, profile);
  const namesCertificate = has(entry, "certificateId") && certificateId(document, profile) !== UNDEFINED;
  return entry["dose"] === "" && namesCertificate ? "DOSE_EMPTY" : undefined;
}
