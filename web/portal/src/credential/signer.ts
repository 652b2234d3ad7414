// ISSUER, KEY and SIGNATURE: who is said to have signed, and whether that is so (credential/verification/signer.py).

import { fromBase64, type Bytes } from "./bytes.ts";
import { CanonicalFault, Unsupported } from "./faults.ts";
import type { JsonObject } from "./json.ts";
import { failed, notChecked, passed, type Algorithm, type Check, type Key } from "./model.ts";
import { ALGORITHMS, signedBytes, type Proof } from "./proof.ts";
import type { Reason } from "./reasons.ts";
import { namesSandbox } from "./sandbox.ts";

const PURPOSE = "assertionMethod";
const IMPORTED = {
  RSA: { name: "RSA-PSS", hash: "SHA-256" },
  ED25519: { name: "Ed25519" },
  P256: { name: "ECDSA", namedCurve: "P-256" },
};
const VERIFIED = {
  RSA: { name: "RSA-PSS", saltLength: 32 },
  ED25519: { name: "Ed25519" },
  P256: { name: "ECDSA", hash: "SHA-256" },
};

export function checkIssuer(document: JsonObject, keys: Key[]): Check {
  const { issuer } = document;
  if (typeof issuer !== "string") return notChecked("ISSUER", "ISSUER_UNREADABLE");
  const known = keys.some((key) => key.issuer === null || key.issuer === issuer);
  if (known) return passed("ISSUER", "ISSUER_KNOWN");
  return failed("ISSUER", namesSandbox(issuer) ? "ISSUER_SANDBOX" : "ISSUER_UNKNOWN");
}

/** Returns the key that made the signature, if one did, and the checks KEY and SIGNATURE. */
export async function findSigner(
  document: JsonObject,
  proof: Proof,
  keys: Key[],
): Promise<{ signer: Key | undefined; checks: Check[] }> {
  const fitting = candidates(document, proof, keys);
  const [first] = fitting;
  if (!first || proof.purpose !== PURPOSE) {
    const missing = failed("KEY", first ? "KEY_PURPOSE" : "KEY_UNKNOWN");
    return { signer: undefined, checks: [missing, notChecked("SIGNATURE", "SIGNATURE_NO_KEY")] };
  }
  const { signer, fault } = await tried(document, proof, fitting);
  if (signer) return { signer, checks: [checkKey(signer, proof.created), passed("SIGNATURE", "SIGNATURE_FITS")] };
  const signature = fault === "SIGNATURE_UNSUPPORTED" ? notChecked : failed;
  return { signer, checks: [checkKey(first, proof.created), signature("SIGNATURE", fault)] };
}

/** Checks the key's period; what a compromised key signed counts only where the issuer's records hold it. */
export function checkKey(key: Key, created: bigint | undefined): Check {
  if (key.compromised) return failed("KEY", "KEY_COMPROMISED");
  return inPeriod(key, created) ? passed("KEY", "KEY_FITS") : failed("KEY", "KEY_PERIOD");
}

async function tried(document: JsonObject, proof: Proof, keys: Key[]): Promise<{ signer?: Key; fault: Reason }> {
  let fault: Reason = "SIGNATURE_DIFFERS";
  try {
    const signed = await signedBytes(document, proof);
    for (const key of keys) {
      const imported = await importKey(key.algorithm, key.pem);
      if (!imported) fault = "KEY_UNREADABLE";
      else if (await verifies(key.algorithm, imported, proof.signature, signed)) return { signer: key, fault };
    }
  } catch (error) {
    if (!(error instanceof CanonicalFault || error instanceof Unsupported)) throw error;
    fault = error.reason;
  }
  return { fault };
}

/** Those whose period covers the proof's time come first; several keys may bear one name. */
function candidates(document: JsonObject, proof: Proof, keys: Key[]): Key[] {
  const fitting = keys.filter(
    (key) =>
      (key.issuer === null || key.issuer === document["issuer"]) &&
      (key.verificationMethod === null || key.verificationMethod === proof.verificationMethod) &&
      key.algorithm === ALGORITHMS[proof.suite],
  );
  const first = (key: Key) => inPeriod(key, proof.created) && !key.compromised;
  return [...fitting.filter(first), ...fitting.filter((key) => !first(key))];
}

function inPeriod(key: Key, created: bigint | undefined): boolean {
  if (created === undefined) return key.activeFrom === null && key.retiredAt === null;
  return (key.activeFrom === null || key.activeFrom <= created) && (key.retiredAt === null || created <= key.retiredAt);
}

function verifies(algorithm: Algorithm, key: CryptoKey, signature: Bytes, signed: Bytes): Promise<boolean> {
  return crypto.subtle.verify(VERIFIED[algorithm], key, signature, signed);
}

/** Returns undefined for what is no key of the algorithm. Throws Unsupported. */
async function importKey(algorithm: Algorithm, pem: string): Promise<CryptoKey | undefined> {
  const spki = fromBase64(pem.replace(/-----(?:BEGIN|END) PUBLIC KEY-----|\s/g, ""));
  try {
    return spki && (await crypto.subtle.importKey("spki", spki, IMPORTED[algorithm], false, ["verify"]));
  } catch (error) {
    if (error instanceof DOMException && error.name === "NotSupportedError") {
      throw new Unsupported("SIGNATURE_UNSUPPORTED");
    }
    return undefined;
  }
}
