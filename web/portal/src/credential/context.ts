// CONTEXT and SUBJECT_ID: two things that the signatures of Co-WIN profiles do not cover
// (credential/verification/context.py).

import known from "known";
import type { JsonObject } from "./json.ts";
import { failed, passed, type Check, type Profile } from "./model.ts";
import { same } from "./shapes.ts";
import { CREDENTIALS_V2, memberOf } from "./structure.ts";

const CREDENTIALS_V1 = "https://www.w3.org/2018/credentials/v1";
const VACCINATION = "https://w3id.org/pramaan/vaccination/v1";
const OF_DIVOC = /^[a-z][a-z0-9+.-]*:\/\/(?:[^\/?#]*@)?divoc\.dev(?::[0-9]*)?(?:[\/?#]|$)/i;
const ABSOLUTE = /^[A-Za-z][A-Za-z0-9+.-]*:[^\n]+$/u;

/** Checks that the contexts are bundled and are those of the profile and the issuer, in order. */
export function checkContext(document: JsonObject, profile: Profile): Check {
  const named = document["@context"] as string[];
  if (!named.every((address) => Object.hasOwn(known.contexts, address))) return failed("CONTEXT", "CONTEXT_UNKNOWN");
  const expected = profile === "vc2" ? [CREDENTIALS_V2, VACCINATION] : cowin(String(document["issuer"]), profile);
  return same(named, expected) ? passed("CONTEXT", "CONTEXT_FITS") : failed("CONTEXT", "CONTEXT_DIFFERS");
}

/** Checks that the subject's id is absolute: RDF drops a relative one with everything that it says. */
export function checkSubjectId(document: JsonObject): Check {
  const absolute = ABSOLUTE.test(String(memberOf(document, "credentialSubject")["id"]));
  return absolute ? passed("SUBJECT_ID", "SUBJECT_ABSOLUTE") : failed("SUBJECT_ID", "SUBJECT_RELATIVE");
}

/** divoc.dev has contexts of its own, others use cowin.gov.in's. */
function cowin(issuer: string, profile: Profile): string[] {
  const host = OF_DIVOC.test(issuer) ? "divoc.dev" : "cowin.gov.in";
  return [CREDENTIALS_V1, `https://${host}/credentials/vaccination/${profile === "cowin-v1" ? "v1" : "v2"}`];
}
