// All ways to give the signed values to the members that share an IRI (credential/verification/exchange.py): RDF signs
// a set of values per IRI. Every signed value must be used, and one may serve several members.

import type { JsonObject } from "./json.ts";

/** As RDF tells them apart: the text "1" is not the integer 1. Null is an absent member. */
export type Value = string | number | bigint | null;
export type Assignment = Record<string, Value>;

/** `accepts` is the value set; one that knows none of the values is left out where `soft`. */
export interface Member {
  name: string;
  accepts: (value: Value) => boolean;
  soft?: boolean;
  optional?: boolean;
}

/** The assignments that remain, and the one that is presented. */
export interface Finding {
  remaining: Assignment[];
  presented: Assignment;
}

export function explore(entry: JsonObject, members: Member[], joint = (_: Assignment) => true): Finding {
  const pairs = members.map(({ name }): [string, Value] => [name, (entry[name] as Value | undefined) ?? null]);
  const values = [...new Set(pairs.map(([, value]) => value))].filter((value) => value !== null);
  const remaining = every(members, values).filter((one) => usesAll(one, values) && joint(one));
  return { remaining, presented: Object.fromEntries(pairs) };
}

/** Some assignment is allowed, and the presented one is not. */
export function isContradicted({ remaining, presented }: Finding): boolean {
  return (
    remaining.length > 0 && !remaining.some((one) => Object.keys(one).every((name) => one[name] === presented[name]))
  );
}

/** The members whose value is not known: those that differ, or all where no assignment is allowed. */
export function ambiguous({ remaining, presented }: Finding): string[] {
  const names = Object.keys(presented);
  if (!remaining.length) return names.filter((name) => presented[name] !== null);
  return names.filter((name) => remaining.some((one) => one[name] !== presented[name]));
}

function every(members: Member[], values: Value[]): Assignment[] {
  return members.reduce<Assignment[]>(
    (made, member) => made.flatMap((one) => choices(member, values).map((value) => ({ ...one, [member.name]: value }))),
    [{}],
  );
}

function choices({ accepts, soft, optional }: Member, values: Value[]): Value[] {
  const accepted = values.filter(accepts);
  const chosen = soft && !accepted.length ? values : accepted;
  return optional ? [...chosen, null] : chosen;
}

function usesAll(assignment: Assignment, values: Value[]): boolean {
  const used = Object.values(assignment);
  return values.every((value) => used.includes(value));
}
