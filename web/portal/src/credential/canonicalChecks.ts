// What a document may not hold, because its canonical form would not show it, or in more than one way
// (credential/canonical_checks.py).

import known from "known";
import { CanonicalFault } from "./faults.ts";
import { Fraction, has, isObject, type Json, type JsonObject } from "./json.ts";

const FORBIDDEN = /[\u0000-\u0009\u000b\u000c\u000e-\u001f\u007f-\u009f\ud800-\udfff\ufffe\uffff]/u;
// The test of jsonld.js 2.0.2, less what would break out of the angle brackets of N-Quads.
const IRI = /^(?:[A-Za-z][A-Za-z0-9+,\-.]*|_):[^<>\u0000-\u001f]*$/u;

/** Refuses forbidden characters, nulls and empty arrays, none of which is signed, and numbers that would change. */
export function checkValues(value: Json): void {
  if (typeof value === "string") checkText(value);
  else if (isObject(value)) Object.entries(value).forEach(([name, member]) => (checkText(name), checkValues(member)));
  else if (Array.isArray(value) && value.length) value.forEach(checkValues);
  else if (value === null || Array.isArray(value)) throw new CanonicalFault("NOT_SIGNED");
  else if (value instanceof Fraction && Number.isInteger(value.value)) throw new CanonicalFault("NO_CANONICAL_FORM");
}

function checkText(text: string): void {
  if (FORBIDDEN.test(text)) throw new CanonicalFault("CONTROL_CHARACTER");
}

/** Refuses every context but bundled ones, named by address at the top. */
export function checkContexts(document: JsonObject): void {
  const named = document["@context"];
  const addresses = Array.isArray(named) ? named : [named];
  const bundled = addresses.every((address) => typeof address === "string" && Object.hasOwn(known.contexts, address));
  if (!bundled || Object.values(document).some(namesContext)) throw new CanonicalFault("CONTEXT_UNKNOWN");
}

function namesContext(value: Json): boolean {
  if (isObject(value)) return has(value, "@context") || Object.values(value).some(namesContext);
  return Array.isArray(value) && value.some(namesContext);
}

/** Refuses what RDF would leave out of an expanded document: relative ids, blank predicates, @index, @direction. */
export function checkExpanded(value: unknown): void {
  if (Array.isArray(value)) value.forEach(checkExpanded);
  else if (typeof value === "object" && value !== null) {
    Object.entries(value).forEach(([name, member]) => checkMember(name, member));
  }
}

function checkMember(name: string, member: unknown): void {
  if (name === "@id" || name === "@type") (Array.isArray(member) ? member : [member]).forEach(checkAbsolute);
  else if (name === "@index" || name === "@direction" || name.startsWith("_:")) throw new CanonicalFault("NOT_SIGNED");
  else if (name !== "@value" && name !== "@language") {
    if (!name.startsWith("@")) checkAbsolute(name);
    checkExpanded(member);
  }
}

export function checkAbsolute(name: unknown): void {
  if (typeof name !== "string" || !(IRI.test(name) || name === "@json")) throw new CanonicalFault("RELATIVE_ID");
}
