// Why something could not be read or checked; `reason` is one of reasons.ts.

import type { ListReason, Reason } from "./reasons.ts";

class Fault<R extends string = Reason> extends Error {
  constructor(readonly reason: R) {
    super(reason);
  }
}

/** No certificate in any form that is read. */
export class Unreadable extends Fault {}

/** The proof is not of a shape or suite that is allowed. */
export class ProofFault extends Fault {}

/** The document has no canonical form, so no signature covers it whole. */
export class CanonicalFault extends Fault {}

/** This browser cannot check signatures of the kind. */
export class Unsupported extends Fault {}

/** A status list that is not to be believed. */
export class ListRefused extends Fault<ListReason> {}
