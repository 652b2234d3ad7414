// What a certificate says, read where its structure passed (credential/verification/facts.py).

import { has, type Json, type JsonObject } from "./json.ts";
import type { Facts, Profile, Stage } from "./model.ts";
import { certificateId, eventOf, memberOf, UNDEFINED } from "./structure.ts";

const DEFAULT_TOTAL = 2;

/** A missing number of doses is 2, as the old readers take it. */
export function readFacts(document: JsonObject, profile: Profile): Facts {
  const vc2 = profile === "vc2";
  const subject = memberOf(document, "credentialSubject");
  const event = eventOf(document, profile);
  const facility = memberOf(event, "facility");
  const address = has(facility, "address") ? memberOf(facility, "address") : {};
  const identifier = certificateId(document, profile);
  const dose = numberOf(event["dose"]);
  const totalDoses = numberOf(event["totalDoses"]) || (dose ? DEFAULT_TOTAL : null);
  return {
    name: text(subject["name"]),
    age: text(subject["age"]),
    dateOfBirth: text(subject[vc2 ? "birthDate" : "dob"]),
    gender: text(subject["gender"]),
    certificateId: identifier === UNDEFINED ? null : identifier,
    beneficiaryId: text(subject[vc2 ? "beneficiaryId" : "refId"]),
    vaccine: text(event["vaccine"]),
    vaccineType: text(event["prophylaxis"]),
    batch: text(event["batch"]),
    manufacturer: text(event["manufacturer"]),
    date: text(event["date"]),
    dose,
    totalDoses,
    stage: dose && totalDoses ? stageOf(dose, totalDoses) : null,
    facility: text(facility["name"]),
    district: text(address["district"]),
    state: text(address[vc2 ? "region" : "addressRegion"]),
    country: text(address[vc2 ? "country" : "addressCountry"]),
  };
}

function text(value: Json | undefined): string | null {
  return value === undefined || value === "" ? null : String(value);
}

function numberOf(value: Json | undefined): number | null {
  return value === "" ? null : Number(value);
}

function stageOf(dose: number, totalDoses: number): Stage {
  if (dose < totalDoses) return "PROVISIONAL";
  return dose === totalDoses ? "FINAL" : "PRECAUTION";
}
