// FIELD_BINDING: does each value belong to the member that shows it? (credential/verification/field_binding.py)

import { hasFragment, markFits } from "./binding.ts";
import { isDate, isDateTime } from "./dates.ts";
import {
  ambiguous,
  explore,
  isContradicted,
  type Assignment,
  type Finding,
  type Member,
  type Value,
} from "./exchange.ts";
import { has, type JsonObject } from "./json.ts";
import { failed, notChecked, passed, type Check, type Key, type Profile } from "./model.ts";
import type { Proof } from "./proof.ts";
import { certificateId, eventOf, memberOf, UNDEFINED } from "./structure.ts";
import { dosesOf, icd11Code, isIcd11Code, isKnownManufacturer } from "./valuesets.ts";

const CODE = "FIELD_BINDING";
const ABHA = /^(?:[0-9]{14}|[0-9]{2}-[0-9]{4}-[0-9]{4}-[0-9]{4})$/;
const COUNT = /^[0-9]{1,3}$/;
const INDIA = "did:india:";

export interface Bound {
  check: Check;
  ambiguousFields: string[];
}

/** Checks a document whose structure and signature passed. */
export async function checkFieldBinding(
  document: JsonObject,
  profile: Profile,
  proof: Proof,
  signer: Key,
): Promise<Bound> {
  if (profile === "vc2") return decided(passed(CODE, "BOUND_BY_PROFILE"));
  if (hasFragment(document)) {
    return decided((await markFits(document)) ? passed(CODE, "MARK_FITS") : failed(CODE, "MARK_DIFFERS"));
  }
  if (signer.boundFrom !== null && proof.created !== undefined && proof.created >= signer.boundFrom) {
    return decided(failed(CODE, "MARK_MISSING"));
  }
  return checkValues(document, profile);
}

function decided(check: Check): Bound {
  return { check, ambiguousFields: [] };
}

function checkValues(document: JsonObject, profile: Profile): Bound {
  const found = findings(document, profile);
  if (found.some(isContradicted)) return decided(failed(CODE, "VALUES_EXCHANGED"));
  const ambiguousFields = found.flatMap(ambiguous);
  if (!ambiguousFields.length) return decided(passed(CODE, "VALUES_FIT"));
  return { check: notChecked(CODE, "VALUES_AMBIGUOUS"), ambiguousFields };
}

function findings(document: JsonObject, profile: Profile): Finding[] {
  const entry = eventOf(document, profile);
  const identifier = certificateId(document, profile);
  const names = namesOf(entry, identifier, profile);
  const vaccines = new Set(names.remaining.map((one) => String(one["vaccine"])));
  return [
    personOf(memberOf(document, "credentialSubject")),
    names,
    addressesOf(entry, identifier),
    datesOf(entry),
    dosesOfEntry(entry, vaccines),
  ];
}

function personOf(subject: JsonObject): Finding {
  const id = String(subject["id"]);
  const named = id.startsWith(INDIA) ? id.slice(INDIA.length) : undefined;
  const known = named !== undefined && (named === subject["refId"] || named === subject["uhid"]);
  return explore(subject, [
    { name: "refId", accepts: (value) => (known ? value === named : value !== "" && value !== null) },
    { name: "uhid", accepts: (value) => value === "" || ABHA.test(String(value)), optional: true },
  ]);
}

function namesOf(entry: JsonObject, identifier: string, profile: Profile): Finding {
  const issued = identifier !== UNDEFINED;
  const absent = !issued || !has(entry, "certificateId");
  const members: Member[] = [
    { name: "certificateId", accepts: (value) => issued && value === identifier, optional: absent },
    { name: "batch", accepts: () => true },
    { name: "vaccine", accepts: (value) => icd11Code(String(value)) !== "", soft: true },
    { name: "manufacturer", accepts: (value) => isKnownManufacturer(String(value)), soft: true },
  ];
  if (profile === "cowin-v1") return explore(entry, members);
  const code: Member = { name: "icd11Code", accepts: (value) => value === "" || isIcd11Code(value) };
  return explore(entry, [...members, code], codeFitsVaccine);
}

function codeFitsVaccine(names: Assignment): boolean {
  const known = icd11Code(String(names["vaccine"]));
  return !known || names["icd11Code"] === known;
}

function addressesOf(entry: JsonObject, identifier: string): Finding {
  const accepts = (value: Value) => String(value).endsWith(`?${identifier}`);
  return explore(entry, [
    { name: "feedbackUrl", accepts },
    { name: "infoUrl", accepts },
  ]);
}

function datesOf(entry: JsonObject): Finding {
  const accepts = (value: Value) => value === "" || isDate(value);
  const members: Member[] = [
    { name: "date", accepts: isDateTime },
    { name: "effectiveStart", accepts },
    { name: "effectiveUntil", accepts },
  ];
  return explore(entry, members, inOrder);
}

function inOrder({ effectiveStart, effectiveUntil }: Assignment): boolean {
  return !effectiveStart || !effectiveUntil || effectiveStart <= effectiveUntil;
}

/** The schedule decides where every vaccine that it may have been has a known number of doses. */
function dosesOfEntry(entry: JsonObject, vaccines: Set<string>): Finding {
  const schedules = [...vaccines].map(dosesOf);
  const known = schedules.length > 0 && schedules.every((doses) => doses !== undefined);
  const total = (value: Value) => schedules.some((doses) => value === doses || value === String(doses)) || value === "";
  return explore(entry, [
    { name: "dose", accepts: (value) => COUNT.test(String(value)), soft: true },
    { name: "totalDoses", accepts: (value) => known && total(value), soft: true },
  ]);
}
