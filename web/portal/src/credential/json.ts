// JSON without what two readers may understand differently (credential/formats/strict_json.py): duplicate members, NaN,
// lone surrogates, deep nesting. It tells 1 from 1.0, as the closed structures do.

import { Unreadable } from "./faults.ts";
import { isWellFormed, utf8 } from "./bytes.ts";

/** An integer is a number, or a bigint where a number would not hold it; every other number is a Fraction. */
export type Json = string | number | bigint | boolean | null | Fraction | Json[] | JsonObject;

export interface JsonObject {
  [name: string]: Json;
}

/** A number written with a point or an exponent. */
export class Fraction {
  constructor(readonly value: number) {}
}

const MAX_BYTES = 64 * 1024;
const MAX_DEPTH = 32;
const MAX_DIGITS = 4300; // as Python reads them
const NUMBER = /(-?(?:0|[1-9][0-9]*))(\.[0-9]+)?([eE][-+]?[0-9]+)?/y;
const PLAIN = /[^"\\\u0000-\u001f]*/y;
const SPACE = /[ \t\n\r]*/y;
const ESCAPES: Record<string, string> = {
  '"': '"',
  "\\": "\\",
  "/": "/",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};
const WORDS: [string, Json][] = [
  ["true", true],
  ["false", false],
  ["null", null],
];

/** Returns the value. Throws Unreadable. */
export function parse(text: string, limit = MAX_BYTES): Json {
  if (text.length > limit || utf8(text).length > limit) throw new Unreadable("JSON_TOO_LARGE");
  return new Parser(text).whole();
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Fraction);
}

export function has(members: JsonObject, name: string): boolean {
  return Object.hasOwn(members, name);
}

/** Returns a copy; no name means anything special in it. */
export function objectOf(entries: Iterable<[string, Json]>): JsonObject {
  const made = Object.create(null) as JsonObject;
  for (const [name, value] of entries) made[name] = value;
  return made;
}

export function without(members: JsonObject, name: string): JsonObject {
  return objectOf(Object.entries(members).filter(([other]) => other !== name));
}

class Parser {
  private at = 0;

  constructor(private readonly text: string) {}

  whole(): Json {
    const value = this.value(1);
    if (this.at < this.text.length) throw new Unreadable("NO_JSON");
    return value;
  }

  private value(depth: number): Json {
    this.match(SPACE);
    const value = this.found(depth);
    this.match(SPACE);
    return value;
  }

  private found(depth: number): Json {
    if (this.skip("{")) return this.members(deeper(depth));
    if (this.skip("[")) return this.items(deeper(depth));
    if (this.skip('"')) return this.string();
    const word = WORDS.find(([name]) => this.skip(name));
    return word ? word[1] : this.number();
  }

  private members(depth: number): JsonObject {
    const entries = new Map<string, Json>();
    this.match(SPACE);
    if (this.skip("}")) return objectOf(entries);
    do {
      this.match(SPACE);
      this.expect('"');
      const name = this.string();
      this.match(SPACE);
      this.expect(":");
      if (entries.has(name)) throw new Unreadable("DUPLICATE_MEMBER");
      entries.set(name, this.value(depth));
    } while (this.skip(","));
    this.expect("}");
    return objectOf(entries);
  }

  private items(depth: number): Json[] {
    const items: Json[] = [];
    this.match(SPACE);
    if (this.skip("]")) return items;
    do items.push(this.value(depth));
    while (this.skip(","));
    this.expect("]");
    return items;
  }

  private string(): string {
    let read = "";
    for (;;) {
      read += this.match(PLAIN);
      if (this.skip('"')) break;
      this.expect("\\");
      read += this.escaped();
    }
    if (!isWellFormed(read)) throw new Unreadable("HALF_SURROGATE");
    return read;
  }

  private escaped(): string {
    const letter = this.text[this.at++] ?? "";
    if (letter !== "u") return ESCAPES[letter] ?? this.fail();
    const code = this.text.slice(this.at, this.at + 4);
    if (!/^[0-9a-fA-F]{4}$/.test(code)) return this.fail();
    this.at += 4;
    return String.fromCharCode(parseInt(code, 16));
  }

  private number(): Json {
    NUMBER.lastIndex = this.at;
    const [all, whole, point, exponent] = NUMBER.exec(this.text) ?? [];
    if (!all || !whole) return this.fail();
    this.at += all.length;
    return point || exponent ? fraction(all) : (integer(whole) ?? this.fail());
  }

  private match(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const [matched = ""] = pattern.exec(this.text) ?? [];
    this.at += matched.length;
    return matched;
  }

  private skip(expected: string): boolean {
    const there = this.text.startsWith(expected, this.at);
    if (there) this.at += expected.length;
    return there;
  }

  private expect(expected: string): void {
    if (!this.skip(expected)) this.fail();
  }

  private fail(): never {
    throw new Unreadable("NO_JSON");
  }
}

function deeper(depth: number): number {
  if (depth > MAX_DEPTH) throw new Unreadable("JSON_TOO_DEEP");
  return depth + 1;
}

function fraction(text: string): Fraction {
  const value = Number(text);
  if (!Number.isFinite(value)) throw new Unreadable("NO_JSON");
  return new Fraction(value);
}

function integer(text: string): number | bigint | undefined {
  if (text.replace("-", "").length > MAX_DIGITS) return undefined;
  const value = Number(text);
  if (Number.isSafeInteger(value)) return value === 0 ? 0 : value;
  return BigInt(text);
}
