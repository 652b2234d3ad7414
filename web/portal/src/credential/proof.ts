// The proof as somebody shows it, and the bytes that it signs (credential/proof.py and credential/suites).

import { concat, fromBase58, fromBase64url, fromUtf8, sha256, utf8, type Bytes } from "./bytes.ts";
import { canonicalise } from "./canonical.ts";
import { moment } from "./dates.ts";
import { ProofFault, Unreadable } from "./faults.ts";
import { canonicalJson } from "./jcs.ts";
import { has, isObject, objectOf, parse, without, type Json, type JsonObject } from "./json.ts";
import type { Algorithm } from "./model.ts";
import { same } from "./shapes.ts";

/** `options` is what the signature covers beside the document; `created` undefined where the proof does not say. */
export interface Proof {
  suite: Suite;
  created: bigint | undefined;
  verificationMethod: string;
  purpose: string;
  signature: Bytes;
  options: JsonObject;
  header: string; // of a JWS, as it was sent
}

export type Suite = keyof typeof ALGORITHMS;

export const ALGORITHMS = {
  RsaSignature2018: "RSA",
  Ed25519Signature2018: "ED25519",
  "eddsa-jcs-2022": "ED25519",
  "eddsa-rdfc-2022": "ED25519",
  "ecdsa-jcs-2019": "P256",
  "ecdsa-rdfc-2019": "P256",
} as const satisfies Record<string, Algorithm>;

const JWS_ALGORITHMS = { RsaSignature2018: "PS256", Ed25519Signature2018: "EdDSA" } as const;
const DATA_INTEGRITY_SUITES = ["eddsa-jcs-2022", "eddsa-rdfc-2022", "ecdsa-jcs-2019", "ecdsa-rdfc-2019"] as const;
const DATA_INTEGRITY = "DataIntegrityProof";
const DATA_INTEGRITY_MEMBERS = [
  "id",
  "type",
  "cryptosuite",
  "created",
  "verificationMethod",
  "proofPurpose",
  "@context",
  "nonce",
  "proofValue",
];
const JWS_MEMBERS = ["type", "created", "verificationMethod", "proofPurpose", "jws"];
const SEC = "https://w3id.org/security#";
const OLD_CREATED = "http://purl.org/dc/terms/created";
const OLD_MEMBERS = ["type", OLD_CREATED, ...["verificationMethod", "proofPurpose", "jws"].map((name) => SEC + name)];
const SECURITY_CONTEXT = "https://w3id.org/security/v2";
const HEADER = { b64: false, crit: ["b64"] };

/** Reads the document's one proof. Throws ProofFault. */
export function readProof(document: JsonObject): Proof {
  const proof = document["proof"];
  if (!isObject(proof)) throw new ProofFault("PROOF_MISSING");
  if (proof["type"] === DATA_INTEGRITY) return dataIntegrity(proof, document);
  const name = typeof proof["type"] === "string" ? withoutSec(proof["type"]) : "";
  if (isJwsSuite(name)) return jws(has(proof, `${SEC}jws`) ? modern(proof) : proof);
  throw new ProofFault("PROOF_SUITE");
}

export function isJwsSuite(name: string): name is keyof typeof JWS_ALGORITHMS {
  return Object.hasOwn(JWS_ALGORITHMS, name);
}

/** Returns the bytes that the proof's signature is over. Throws CanonicalFault. */
export async function signedBytes(document: JsonObject, proof: Proof): Promise<Bytes> {
  const unsigned = without(document, "proof");
  const { options } = proof;
  if (proof.suite.includes("jcs")) return hashes(canonicalJson(options), canonicalJson(unsigned));
  const canonical = await canonicalise(unsigned);
  if (isJwsSuite(proof.suite)) {
    const first = await canonicalise(withContext(options, SECURITY_CONTEXT));
    return concat(utf8(`${proof.header}.`), await hashes(first, canonical));
  }
  return hashes(await canonicalise(withContext(options, unsigned["@context"] ?? null)), canonical);
}

async function hashes(options: string, document: string): Promise<Bytes> {
  return concat(await sha256(utf8(options)), await sha256(utf8(document)));
}

function withContext(options: JsonObject, context: Json): JsonObject {
  return objectOf([...Object.entries(options), ["@context", context]]);
}

/** A JCS proof may repeat the document's contexts, and then all of them: others could give members another meaning. */
function dataIntegrity(proof: JsonObject, document: JsonObject): Proof {
  onlyMembers(proof, DATA_INTEGRITY_MEMBERS);
  const suite = DATA_INTEGRITY_SUITES.find((name) => name === text(proof, "cryptosuite"));
  if (!suite) throw new ProofFault("PROOF_SUITE");
  const repeats = suite.includes("jcs") && same(proof["@context"], document["@context"]);
  if (has(proof, "@context") && !repeats) throw new ProofFault("PROOF_CONTEXT");
  const value = text(proof, "proofValue");
  const signature = value.startsWith("z") ? fromBase58(value.slice(1)) : undefined;
  if (!signature?.length) throw new ProofFault("PROOF_VALUE");
  return { ...common(proof), suite, signature, options: without(proof, "proofValue"), header: "" };
}

function jws(proof: JsonObject): Proof {
  onlyMembers(proof, JWS_MEMBERS);
  const suite = text(proof, "type");
  if (!isJwsSuite(suite) || !has(proof, "created")) throw new ProofFault("PROOF_MEMBERS");
  const [header = "", payload, signed = "", ...more] = text(proof, "jws").split(".");
  const signature = fromBase64url(signed);
  if (payload !== "" || more.length || !signature?.length) throw new ProofFault("PROOF_VALUE");
  checkHeader(header, JWS_ALGORITHMS[suite]);
  return { ...common(proof), suite, signature, options: without(proof, "jws"), header };
}

function common(proof: JsonObject): Pick<Proof, "created" | "verificationMethod" | "purpose"> {
  const created = has(proof, "created") ? moment(text(proof, "created")) : undefined;
  if (has(proof, "created") && created === undefined) throw new ProofFault("PROOF_TIME");
  return { created, verificationMethod: text(proof, "verificationMethod"), purpose: text(proof, "proofPurpose") };
}

/** Returns a proof from before 2021, its members named by their IRIs, in today's layout. */
function modern(old: JsonObject): JsonObject {
  onlyMembers(old, OLD_MEMBERS);
  return objectOf([
    ["type", withoutSec(text(old, "type"))],
    ["created", inner(old[OLD_CREATED], "@value")],
    ["verificationMethod", inner(old[`${SEC}verificationMethod`], "id", "@id")],
    ["proofPurpose", withoutSec(inner(old[`${SEC}proofPurpose`], "id", "@id"))],
    ["jws", text(old, `${SEC}jws`)],
  ]);
}

function inner(value: Json | undefined, ...names: string[]): string {
  const found = isObject(value) ? names.map((name) => value[name]).find((one) => typeof one === "string") : undefined;
  if (typeof found !== "string") throw new ProofFault("PROOF_MEMBERS");
  return found;
}

function checkHeader(header: string, alg: string): void {
  const raw = fromBase64url(header);
  if (!raw?.length) throw new ProofFault("PROOF_VALUE");
  if (!same(readHeader(fromUtf8(raw) ?? ""), { ...HEADER, alg })) throw new ProofFault("PROOF_VALUE");
}

function readHeader(raw: string): Json {
  try {
    return parse(raw);
  } catch (fault) {
    if (fault instanceof Unreadable) return null;
    throw fault;
  }
}

function text(proof: JsonObject, name: string): string {
  const value = proof[name];
  if (typeof value !== "string" || !value) throw new ProofFault("PROOF_MEMBERS");
  return value;
}

function onlyMembers(proof: JsonObject, allowed: string[]): void {
  if (!Object.keys(proof).every((name) => allowed.includes(name))) throw new ProofFault("PROOF_MEMBERS");
}

function withoutSec(name: string): string {
  return name.startsWith(SEC) ? name.slice(SEC.length) : name;
}
