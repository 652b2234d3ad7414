// RDFC-1.0, also known as URDNA2015, for graphs whose blank nodes differ in the statements that they are part of, as in
// every document of our closed structures; others are refused. The library rdf-canonize would escape the spaces in ids
// that the old signer signed, and orders by UTF-16 instead of code points.

import type { Quad, Term } from "jsonld";
import { sha256, utf8 } from "./bytes.ts";
import { CanonicalFault } from "./faults.ts";

const XSD_STRING = "http://www.w3.org/2001/XMLSchema#string";
const LANGUAGE_STRING = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString";
const ESCAPES: Record<string, string> = { "\\": "\\\\", "\n": "\\n", "\r": "\\r", '"': '\\"' };

type Label = (blank: string) => string;

/** Returns the canonical N-Quads. Throws CanonicalFault where nodes cannot be told apart. */
export async function nQuads(dataset: Quad[]): Promise<string> {
  if (dataset.some(({ graph }) => graph.termType !== "DefaultGraph")) throw new CanonicalFault("NO_CANONICAL_FORM");
  const labels = await labelsOf(dataset);
  return sorted(dataset, (blank) => labels.get(blank)!);
}

async function labelsOf(dataset: Quad[]): Promise<Map<string, string>> {
  const blanks = new Set(dataset.flatMap(blanksOf));
  const hashed = await Promise.all([...blanks].map((blank) => firstDegree(dataset, blank)));
  const order = [...new Set(hashed)].sort();
  if (order.length < blanks.size) throw new CanonicalFault("NO_CANONICAL_FORM");
  return new Map([...blanks].map((blank, index) => [blank, `c14n${order.indexOf(hashed[index]!)}`]));
}

/** Hashes the statements that a node is part of, the node itself named `_:a` and any other `_:z`. */
async function firstDegree(dataset: Quad[], node: string): Promise<string> {
  const touching = dataset.filter((quad) => blanksOf(quad).includes(node));
  const hash = await sha256(utf8(sorted(touching, (blank) => (blank === node ? "a" : "z"))));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function blanksOf({ subject, object }: Quad): string[] {
  return [subject, object].filter(({ termType }) => termType === "BlankNode").map(({ value }) => value);
}

function sorted(quads: Quad[], label: Label): string {
  const lines = new Set(quads.map(({ subject, predicate, object }) => line([subject, predicate, object], label)));
  return [...lines].sort(byCodePoint).join("");
}

function line(terms: Term[], label: Label): string {
  return `${terms.map((term) => written(term, label)).join(" ")} .\n`;
}

function written({ termType, value, datatype, language }: Term, label: Label): string {
  if (termType === "NamedNode") return `<${value}>`;
  if (termType === "BlankNode") return `_:${label(value)}`;
  const text = `"${value.replace(/[\\\n\r"]/g, (character) => ESCAPES[character]!)}"`;
  if (datatype?.value === LANGUAGE_STRING) return language ? `${text}@${language}` : text;
  return !datatype || datatype.value === XSD_STRING ? text : `${text}^^<${datatype.value}>`;
}

/** UTF-16 has the characters beyond U+FFFF before U+E000; code points have them last. */
function byCodePoint(one: string, other: string): number {
  let at = 0;
  while (at < one.length && one[at] === other[at]) at++;
  return (one.codePointAt(surrogateStart(one, at)) ?? -1) - (other.codePointAt(surrogateStart(other, at)) ?? -1);
}

function surrogateStart(text: string, at: number): number {
  return /[\udc00-\udfff]/.test(text[at] ?? "") ? at - 1 : at;
}
