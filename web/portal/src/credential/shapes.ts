// The closed shapes of documents (credential/verification/shapes.py), as known.py prints them.

import { has, isObject, type Json, type JsonObject } from "./json.ts";
import { pythonPattern } from "./texts.ts";

export type Shape =
  | { kind: "exactly"; value: Json }
  | { kind: "value"; pattern: string | null; text: boolean; integer: boolean }
  | { kind: "entries"; items: Shape[] }
  | { kind: "members"; required: string[]; known: Record<string, Shape> }
  | { kind: "texts" }
  | { kind: "anything" };

/** Tells whether a value is of the shape: all that it requires, and nothing that it does not know. */
export function fits(value: Json | undefined, shape: Shape): boolean {
  switch (shape.kind) {
    case "exactly":
      return same(value, shape.value);
    case "value":
      return valueFits(value, shape);
    case "entries":
      return (
        Array.isArray(value) &&
        value.length === shape.items.length &&
        shape.items.every((item, index) => fits(value[index], item))
      );
    case "members":
      return isObject(value) && membersFit(value, shape);
    case "texts":
      return Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === "string");
    case "anything":
      return isObject(value);
  }
}

/** Tells whether two values are equal, by type too. */
export function same(one: Json | undefined, other: Json | undefined): boolean {
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((item, index) => same(item, other[index]));
  }
  if (isObject(one) && isObject(other)) {
    const names = Object.keys(one);
    return (
      names.length === Object.keys(other).length &&
      names.every((name) => has(other, name) && same(one[name], other[name]))
    );
  }
  return one === other;
}

function membersFit(value: JsonObject, shape: Shape & { kind: "members" }): boolean {
  return (
    shape.required.every((name) => has(value, name)) &&
    Object.entries(value).every(([name, member]) => {
      const known = Object.hasOwn(shape.known, name) ? shape.known[name] : undefined;
      return known !== undefined && fits(member, known);
    })
  );
}

const PATTERNS = new Map<string, RegExp>();

function valueFits(value: Json | undefined, shape: Shape & { kind: "value" }): boolean {
  if (typeof value === "string") return shape.text && (shape.pattern === null || compiled(shape.pattern).test(value));
  return shape.integer && (typeof value === "number" || typeof value === "bigint") && value >= 0;
}

function compiled(pattern: string): RegExp {
  const made = PATTERNS.get(pattern) ?? pythonPattern(pattern);
  PATTERNS.set(pattern, made);
  return made;
}
