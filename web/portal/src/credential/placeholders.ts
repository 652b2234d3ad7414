// Stand-ins for ids with spaces, which the old signer signed and today's libraries drop (credential/canonical_rdf.py),
// and for integers that a number would not hold. The real texts go back before hashes and order are made.

import { Fraction, isObject, type Json, type JsonObject } from "./json.ts";
import { SPACED as SPACE } from "./texts.ts";

const ID = /^((?:[A-Za-z][A-Za-z0-9+,\-.]*|_):(?:\/\/)?)([^]*)$/u;
const XSD_INTEGER = "http://www.w3.org/2001/XMLSchema#integer";
const DOUBLES = 10n ** 21n; // from here on JSON-LD writes integers as doubles

export class Placeholders {
  private readonly rests = new Map<string, string>();
  private readonly mark: string;
  readonly document: unknown;

  constructor(document: JsonObject) {
    const all = [...texts(document)].join("\n");
    let mark = "placeholder";
    while (all.includes(mark)) mark += "x";
    this.mark = mark;
    this.document = Object.fromEntries(
      Object.entries(document).map(([name, value]) => [name, name === "@context" ? value : this.replaced(value)]),
    );
  }

  restored(text: string): string {
    if (!text.includes(this.mark)) return text;
    return [...this.rests].reduce((whole, [rest, token]) => whole.replaceAll(token, () => rest), text);
  }

  private replaced(value: Json): unknown {
    if (typeof value === "string") return this.replacedText(value);
    if (typeof value === "bigint") return plainInteger(value);
    if (value instanceof Fraction) return value.value;
    if (Array.isArray(value)) return value.map((item) => this.replaced(item));
    if (!isObject(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, this.replaced(member)]));
  }

  private replacedText(text: string): string {
    const [, scheme, rest = ""] = ID.exec(text) ?? [];
    return scheme && SPACE.test(rest) ? scheme + this.token(rest) : text;
  }

  private token(rest: string): string {
    const token = this.rests.get(rest) ?? `${this.mark}${this.rests.size}.`;
    this.rests.set(rest, token);
    return token;
  }
}

function plainInteger(value: bigint): unknown {
  const size = value < 0n ? -value : value;
  return size < DOUBLES ? { "@value": value.toString(), "@type": XSD_INTEGER } : Number(value);
}

function* texts(value: Json): Generator<string> {
  if (typeof value === "string") yield value;
  else if (Array.isArray(value)) for (const item of value) yield* texts(item);
  else if (isObject(value)) {
    for (const [name, member] of Object.entries(value)) {
      yield name;
      yield* texts(member);
    }
  }
}
