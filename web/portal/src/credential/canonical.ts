// The canonical N-Quads that RDF suites sign (credential/canonical_rdf.py), with bundled contexts only, no base address,
// and refusal of everything that would not be signed.

import jsonld, { type Quad, type Term } from "jsonld";
import known from "known";
import { checkAbsolute, checkContexts, checkExpanded, checkValues } from "./canonicalChecks.ts";
import { CanonicalFault } from "./faults.ts";
import type { JsonObject } from "./json.ts";
import { nQuads } from "./nquads.ts";
import { Placeholders } from "./placeholders.ts";

const UNDEFINED = new Set(["invalid property", "reserved term"]);

/** Returns the canonical N-Quads of a document that somebody shows us. Throws CanonicalFault. */
export async function canonicalise(document: JsonObject): Promise<string> {
  checkValues(document);
  checkContexts(document);
  const names = new Placeholders(document);
  const dataset = (await datasetOf(names.document)).map((quad) => restored(quad, names));
  if (!dataset.length) throw new CanonicalFault("NOT_SIGNED");
  return nQuads(dataset);
}

async function datasetOf(document: unknown): Promise<Quad[]> {
  let isUndefined = false;
  const eventHandler = ({ event }: { event: { code: string } }) => {
    isUndefined ||= UNDEFINED.has(event.code);
  };
  const options = { base: null, documentLoader };
  const expanded = await orFault(jsonld.expand(document, { ...options, eventHandler }));
  if (isUndefined) throw new CanonicalFault("NOT_SIGNED");
  checkExpanded(expanded);
  return orFault(jsonld.toRDF(expanded, { ...options, skipExpansion: true }));
}

/** The library throws on JSON that is no JSON-LD. */
async function orFault<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch {
    throw new CanonicalFault("NO_CANONICAL_FORM");
  }
}

async function documentLoader(url: string): Promise<{ contextUrl: null; documentUrl: string; document: unknown }> {
  return { contextUrl: null, documentUrl: url, document: known.contexts[url] };
}

function restored(quad: Quad, names: Placeholders): Quad {
  const { subject, predicate, object, graph } = quad;
  return {
    subject: restoredTerm(subject, names),
    predicate: restoredTerm(predicate, names),
    object: restoredTerm(object, names),
    graph: restoredTerm(graph, names),
  };
}

function restoredTerm(term: Term, names: Placeholders): Term {
  const value = names.restored(term.value);
  if (term.termType === "NamedNode") checkAbsolute(value);
  return { ...term, value };
}
