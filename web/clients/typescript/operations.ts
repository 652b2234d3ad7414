// Made by generate.js from schema.graphql and web/operations.
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
/** A postal address; lines to 80 characters, other parts to 60. */
export type AddressInput = {
  /** City or village. */
  city?: string | null | undefined;
  /** Country. */
  country?: string | null | undefined;
  /** District. */
  district?: string | null | undefined;
  /** First line. */
  line1?: string | null | undefined;
  /** Second line. */
  line2?: string | null | undefined;
  /** Postal code. */
  postalCode?: string | null | undefined;
  /** State or union territory. */
  state?: string | null | undefined;
};

/** Kind of signing key. */
export type Algorithm =
  /** Ed25519. */
  | 'ED25519'
  /** ECDSA on P-256 with SHA-256. */
  | 'P256'
  /** RSA, PSS with SHA-256. */
  | 'RSA';

/** All doses of a beneficiary. */
export type AllDosesTarget = {
  /** Whose certificates. */
  beneficiaryId: string | number;
  /** Vaccination programme. */
  programme?: string;
};

/** Which entries of the audit; absent means any. */
export type AuditFilter = {
  /** What was done, such as `read` or `revokeCertificates`. */
  action?: string | null | undefined;
  /** To which certificate. */
  certificateId?: string | number | null | undefined;
  /** By whom: a client's id, or `oidc:` and the subject of a person. */
  clientId?: string | number | null | undefined;
  /** The first instant. */
  from?: string | null | undefined;
  /** The instant after the last one. */
  to?: string | null | undefined;
};

/** What a partner shows to prove that it acts for the beneficiary. */
export type BeneficiaryProof =
  {   /** The date of birth, compared at the recorded precision. */
  dateOfBirth: string; mobile?: never; }
  |  { dateOfBirth?: never;   /** The registered mobile number. */
  mobile: string; };

/** Steps of a series, in Asia/Kolkata. */
export type Bucket =
  /** Days. */
  | 'DAY'
  /** Calendar months. */
  | 'MONTH'
  /** Weeks, from Monday. */
  | 'WEEK';

/** State of one version of a certificate. */
export type CertificateStatus =
  /** Could not be signed; an operator can replay it. */
  | 'FAILED'
  /** Signed and in force. */
  | 'ISSUED'
  /** Taken in durably, not signed yet. */
  | 'PENDING'
  /** No longer true; it stays so. */
  | 'REVOKED'
  /** A newer version is in force. */
  | 'SUPERSEDED';

/** The checks, in their order. */
export type CheckCode =
  /** The contexts are bundled and those of the profile. */
  | 'CONTEXT'
  /** The bytes can be read. */
  | 'DECODE'
  /** It is still valid. */
  | 'EXPIRY'
  /** The signature keeps apart members that share a name in the signed bytes. */
  | 'FIELD_BINDING'
  /** The issuer is known. */
  | 'ISSUER'
  /** The key may sign this, then, and is not compromised. */
  | 'KEY'
  /** It is valid already. */
  | 'NOT_BEFORE'
  /** The values can be. */
  | 'PLAUSIBILITY'
  /** It is not revoked. */
  | 'REVOCATION'
  /** The signature fits. */
  | 'SIGNATURE'
  /** The status that is known is fresh. */
  | 'STATUS_FRESHNESS'
  /** It is what was stored when it was issued. */
  | 'STORED_RECORD'
  /** The members and types are those of the profile, no more. */
  | 'STRUCTURE'
  /** The subject's identifier is absolute. */
  | 'SUBJECT_ID'
  /** No newer version replaced it. */
  | 'SUPERSESSION';

/** What became of a check. */
export type CheckStatus =
  /** It does not hold. */
  | 'FAILED'
  /** It could not be checked. */
  | 'NOT_CHECKED'
  /** It holds. */
  | 'PASSED';

/** Input of confirmOneTimeCode. */
export type ConfirmOneTimeCodeInput = {
  /** The six digits. */
  code: string;
  /** The number that the code was sent to. */
  mobile: string;
};

/** Input of createClient. */
export type CreateClientInput = {
  /** Where its accesses are counted; default the name. */
  channel?: string | null | undefined;
  /** Certificates that it may read a day; default no limit. */
  dailyReads?: number | null | undefined;
  /** When the key ends; default never. */
  expiresAt?: string | null | undefined;
  /** Makes the request safe to send again for 7 days: the same key with the same input gives the same answer. Scoped to client and mutation. */
  idempotencyKey?: string | null | undefined;
  /** Why it may, such as consent; recorded with each read. */
  legalBasis?: string;
  /** Who will bear the key, such as digilocker. */
  name: string;
  /** Cost of operations a minute; default no limit. */
  perMinute?: number | null | undefined;
  /** What it processes personal data for. */
  purpose?: string;
  /** What it may do; at least one. */
  scopes: Array<Scope>;
  /** Only documents that an operator trusted are answered. */
  trustedOnly?: boolean;
};

/** What figures can be split by. */
export type Dimension =
  /** Age in bands. */
  | 'AGE_BAND'
  /** Through whom a certificate was accessed or verified. */
  | 'CHANNEL'
  /** District of the facility. */
  | 'DISTRICT'
  /** Number of the dose. */
  | 'DOSE'
  /** Facility. */
  | 'FACILITY'
  /** In which form a certificate was accessed. */
  | 'FORMAT'
  /** Gender as recorded. */
  | 'GENDER'
  /** Domestic or international. */
  | 'KIND'
  /** In which language a document was accessed. */
  | 'LANGUAGE'
  /** Provisional, final or precaution. */
  | 'STAGE'
  /** State of the facility. */
  | 'STATE'
  /** Vaccine. */
  | 'VACCINE';

/** Whether a document is there. */
export type DocumentState =
  /** There is nothing to make it of, or it could not be made. */
  | 'FAILED'
  /** Being made; ask again after `retryAfterMs`. */
  | 'PENDING'
  /** Made; fetch it. */
  | 'READY';

/** Some doses of a beneficiary. */
export type DosesTarget = {
  /** Whose certificates. */
  beneficiaryId: string | number;
  /** Consecutive doses that include the highest one held. */
  doses: Array<number>;
  /** Vaccination programme. */
  programme?: string;
};

/** An earlier dose as the source system now holds it. */
export type EarlierDoseInput = {
  /** Batch of the vaccine. */
  batch?: string | null | undefined;
  /** When it was given. Required. */
  date?: string | null | undefined;
  /** Number of the dose, lower than this one. Required. */
  dose?: number | null | undefined;
  /** Manufacturer of the vaccine. */
  manufacturer?: string | null | undefined;
  /** Vaccine. */
  name?: string | null | undefined;
};

/** Kinds of files of figures. */
export type ExportFormat =
  /** For spreadsheets. */
  | 'CSV'
  /** Apache Parquet, with types. */
  | 'PARQUET';

/** Which series, and in what form. */
export type ExportStatsInput = {
  /** Length of the steps. */
  bucket?: Bucket;
  /** Split by at most 3 dimensions, with the rules of `series`. */
  by?: Array<Dimension> | null | undefined;
  /** Only figures with these values. */
  filter?: StatsFilter | null | undefined;
  /** Kind of the file. */
  format?: ExportFormat;
  /** First day, in Asia/Kolkata. */
  from: string;
  /** Makes the request safe to send again for 7 days: the same key with the same input gives the same answer. Scoped to client and mutation. */
  idempotencyKey?: string | null | undefined;
  /** What to count. */
  measure: Measure;
  /** Day after the last; at most ten years later. */
  to: string;
};

/** Where it was given. */
export type FacilityInput = {
  /** Address of the facility. */
  address?: AddressInput | null | undefined;
  /** The source system's id of the facility. */
  id?: string | null | undefined;
  /** Name, to 80 characters. Required on issue. */
  name?: string | null | undefined;
};

/** Input of issueCertificates: exactly one of `records` and `recordsJson`, 1 to 1,000 records. */
export type IssueCertificatesInput = {
  /** Makes the request safe to send again for 7 days: the same key with the same input gives the same answer. Scoped to client and mutation. */
  idempotencyKey?: string | null | undefined;
  /** Kind of records that name none. */
  kind?: Kind;
  /** Typed records, for people and small batches. */
  records?: Array<VaccinationRecordInput> | null | undefined;
  /** Records as JSON, for bulk: much cheaper to read. */
  recordsJson?: Record<string, unknown>[] | null | undefined;
  /** Wait up to so many milliseconds, at most 10,000, until nothing is pending. */
  waitMs?: number;
};

/** State of a job. */
export type JobState =
  /** It begins when another client has approved it, by asking for the same. */
  | 'AWAITING_APPROVAL'
  /** One step failed too often; an operator may let it go on. */
  | 'FAILED'
  /** All of it is done or failed. */
  | 'FINISHED'
  /** Some of it is still pending. */
  | 'RUNNING';

/** Where a certificate is for. */
export type Kind =
  /** Within India: prints an age. */
  | 'DOMESTIC'
  /** For travel: prints a full date of birth. */
  | 'INTERNATIONAL';

/** Languages of documents, as ISO 639 codes: English and those of the Eighth Schedule. */
export type Language =
  /** Assamese. */
  | 'AS'
  /** Bengali. */
  | 'BN'
  /** Bodo. */
  | 'BRX'
  /** Dogri. */
  | 'DOI'
  /** English. */
  | 'EN'
  /** Gujarati. */
  | 'GU'
  /** Hindi. */
  | 'HI'
  /** Kannada. */
  | 'KN'
  /** Konkani. */
  | 'KOK'
  /** Kashmiri, in Arabic script. */
  | 'KS'
  /** Maithili. */
  | 'MAI'
  /** Malayalam. */
  | 'ML'
  /** Manipuri, in Meetei Mayek. */
  | 'MNI'
  /** Marathi. */
  | 'MR'
  /** Nepali. */
  | 'NE'
  /** Odia. */
  | 'OR'
  /** Punjabi, in Gurmukhi. */
  | 'PA'
  /** Sanskrit. */
  | 'SA'
  /** Santali, in Ol Chiki. */
  | 'SAT'
  /** Sindhi, in Arabic script. */
  | 'SD'
  /** Tamil. */
  | 'TA'
  /** Telugu. */
  | 'TE'
  /** Urdu. */
  | 'UR';

/** What is counted. */
export type Measure =
  /** Certificates given to somebody who asked. */
  | 'ACCESSED'
  /** First issues. */
  | 'ISSUED'
  /** Revocations. */
  | 'REVOKED'
  /** Corrections. */
  | 'UPDATED'
  /** Verifications. */
  | 'VERIFIED';

/** Who was vaccinated. */
export type RecipientInput = {
  /** Postal address; kept, not printed. */
  address?: AddressInput | null | undefined;
  /** Age in years, 0 to 130; a domestic certificate needs it or a date of birth. */
  age?: number | null | undefined;
  /** Date of birth; an international certificate needs a full one. */
  dateOfBirth?: string | null | undefined;
  /** Address for electronic mail, to 254 characters. */
  email?: string | null | undefined;
  /** Gender. */
  gender?: string | null | undefined;
  /** Identity document; never printed into the QR code unless configured. */
  identity?: string | null | undefined;
  /** Mobile number. This or email is required on issue. */
  mobile?: string | null | undefined;
  /** Name, to 80 characters. Required on issue. */
  name?: string | null | undefined;
  /** Nationality. */
  nationality?: string | null | undefined;
  /** Unique health id. */
  uhid?: string | null | undefined;
};

/** Input of requestOneTimeCode. */
export type RequestOneTimeCodeInput = {
  /** The registered mobile number. */
  mobile: string;
};

/** Why a signature no longer counts. */
export type RevocationPurpose =
  /** The certificate was revoked. */
  | 'REVOKED'
  /** A newer version replaced it. */
  | 'SUPERSEDED';

/** Why a certificate was revoked. */
export type RevocationReason =
  /** The vaccine's batch was recalled. */
  | 'BATCH_RECALL'
  /** The vaccination did not happen. */
  | 'FRAUD'
  /** The holder asked for it. */
  | 'HOLDER_REQUEST'
  /** It should not have been issued. */
  | 'ISSUED_IN_ERROR'
  /** The signing key is no longer trusted. */
  | 'KEY_COMPROMISE'
  /** Another reason. */
  | 'OTHER'
  /** It names another person than was vaccinated. */
  | 'WRONG_PERSON';

/** What to revoke: all of it or nothing; of `where` by a job. */
export type RevocationTarget =
  {   /** All doses of a beneficiary. */
  allDoses: AllDosesTarget; doses?: never; ids?: never; where?: never; }
  |  { allDoses?: never;   /** Some doses of a beneficiary. */
  doses: DosesTarget; ids?: never; where?: never; }
  |  { allDoses?: never; doses?: never;   /** These certificates, 1 to 1,000. */
  ids: Array<string | number>; where?: never; }
  |  { allDoses?: never; doses?: never; ids?: never;   /** All that a batch, facility, vaccinator, client, key or time reaches: first with `dryRun`, then its digest. */
  where: RevocationWhere; };

/** What certificates have in common: all members that are given, at least one. */
export type RevocationWhere = {
  /** Batch of the vaccine, in any case and spacing. */
  batch?: string | null | undefined;
  /** Id of the client that sent the records in. */
  client?: string | number | null | undefined;
  /** The source system's id of the facility, or its name where it has none. */
  facility?: string | null | undefined;
  /** First moment of issue; of intake as long as nothing is signed. */
  from?: string | null | undefined;
  /** Id of the key that signed, as `issuer` lists it. */
  keyId?: string | number | null | undefined;
  /** The moment after the last one; never later than the dry run. */
  to?: string | null | undefined;
  /** The source system's id of the vaccinator, or the name, in any case and spacing. */
  vaccinator?: string | null | undefined;
  /** Vaccine, in any case and spacing. */
  vaccine?: string | null | undefined;
};

/** Input of revokeCertificates. */
export type RevokeCertificatesInput = {
  /** That of the dry run; with `where` alone. */
  digest?: string | null | undefined;
  /** Count what `where` reaches, and change nothing. */
  dryRun?: boolean;
  /** Makes the request safe to send again for 7 days: the same key with the same input gives the same answer. Scoped to client and mutation. */
  idempotencyKey?: string | null | undefined;
  /** Why. */
  reason: RevocationReason;
  /** What to revoke. */
  target: RevocationTarget;
};

/** What a client may do. */
export type Scope =
  /** Everything. */
  | 'ADMIN'
  /** Fetch with a proof of the beneficiary. */
  | 'FETCH'
  /** Issue certificates. */
  | 'ISSUE'
  /** Follow jobs of its own. */
  | 'JOBS'
  /** Compare with the source system. */
  | 'RECONCILE'
  /** Revoke certificates. */
  | 'REVOKE'
  /** Read figures. */
  | 'STATS'
  /** Correct certificates. */
  | 'UPDATE';

/** Whom to look for. */
export type SearchInput =
  {   /** The source system's id of the person. */
  beneficiaryId: string | number; certificateId?: never; mobile?: never; }
  |  { beneficiaryId?: never;   /** A certificate of the person, of any version. */
  certificateId: string | number; mobile?: never; }
  |  { beneficiaryId?: never; certificateId?: never;   /** The mobile number of the newest record. */
  mobile: string; };

/** How far the schedule of doses is. */
export type Stage =
  /** The last dose of the schedule. */
  | 'FINAL'
  /** A dose beyond the schedule. */
  | 'PRECAUTION'
  /** More doses follow. */
  | 'PROVISIONAL';

/** Only figures with these values; absent means any. */
export type StatsFilter = {
  /** Band of ages. */
  ageBand?: string | null | undefined;
  /** Through whom it was accessed or verified. */
  channel?: string | null | undefined;
  /** District of the facility. */
  district?: string | null | undefined;
  /** Number of the dose. */
  dose?: string | null | undefined;
  /** Facility. */
  facility?: string | null | undefined;
  /** In which form it was accessed: PDF, PNG, ... */
  format?: string | null | undefined;
  /** Gender as recorded. */
  gender?: string | null | undefined;
  /** Domestic or international. */
  kind?: string | null | undefined;
  /** In which language it was accessed: EN, HI, ... */
  language?: string | null | undefined;
  /** Provisional, final or precaution. */
  stage?: string | null | undefined;
  /** State of the facility. */
  state?: string | null | undefined;
  /** Vaccine. */
  vaccine?: string | null | undefined;
};

/** Input of updateCertificate: `certificateId`, or `beneficiaryId` and `dose`; and what changes. An absent member is unchanged, null clears. */
export type UpdateCertificateInput = {
  /** Whose certificate to correct. */
  beneficiaryId?: string | number | null | undefined;
  /** The certificate to correct. */
  certificateId?: string | number | null | undefined;
  /** Which dose's certificate to correct. */
  dose?: number | null | undefined;
  /** The earlier doses, all of them. */
  earlierDoses?: Array<EarlierDoseInput> | null | undefined;
  /** Refuse with STALE_VERSION unless the certificate has this version; people who logged in must say. */
  expectedVersion?: number | null | undefined;
  /** Changes to where it was given. */
  facility?: FacilityInput | null | undefined;
  /** Makes the request safe to send again for 7 days: the same key with the same input gives the same answer. Scoped to client and mutation. */
  idempotencyKey?: string | null | undefined;
  /** Another kind; does not use up a correction. */
  kind?: Kind | null | undefined;
  /** Vaccination programme. */
  programme?: string;
  /** Changes to who was vaccinated. */
  recipient?: RecipientInput | null | undefined;
  /** Changes to what was given; the dose cannot change. */
  vaccination?: VaccinationInput | null | undefined;
  /** Changes to who gave it. */
  vaccinator?: VaccinatorInput | null | undefined;
  /** Wait up to so many milliseconds, at most 10,000, until nothing is pending. */
  waitMs?: number;
};

/** What the caller can mend. */
export type UserErrorCode =
  /** A value breaks a rule; see message and path. */
  | 'BAD_USER_INPUT'
  /** A live certificate for the same programme, beneficiary and dose exists. */
  | 'DUPLICATE'
  /** The idempotency key was used with another input. */
  | 'IDEMPOTENCY_CONFLICT'
  /** A request with the same idempotency key is at work; ask again. */
  | 'IDEMPOTENCY_IN_PROGRESS'
  /** The dose has used up its corrections. */
  | 'LIMIT_REACHED'
  /** No such certificate or beneficiary for this caller. */
  | 'NOT_FOUND'
  /** The update leaves everything as it is. */
  | 'NO_CHANGE'
  /** The certificate has another version by now. */
  | 'STALE_VERSION';

/** What was given and when. */
export type VaccinationInput = {
  /** Batch of the vaccine. Required on issue. */
  batch?: string | null | undefined;
  /** When it was given, not in the future. Required on issue. */
  date?: string | null | undefined;
  /** Number of the dose, from 1, to two beyond totalDoses. Required on issue. */
  dose?: number | null | undefined;
  /** First day of effect. */
  effectiveStart?: string | null | undefined;
  /** Last day of effect, not before the first. */
  effectiveUntil?: string | null | undefined;
  /** Manufacturer of the vaccine. Required on issue. */
  manufacturer?: string | null | undefined;
  /** Vaccine. Required on issue. */
  name?: string | null | undefined;
  /** How many doses the schedule has. Required on issue. */
  totalDoses?: number | null | undefined;
};

/** One dose given to one beneficiary. */
export type VaccinationRecordInput = {
  /** The source system's id of the person: letters, digits, dot, hyphen, underscore. Required. */
  beneficiaryId?: string | number | null | undefined;
  /** Earlier doses, at most 10. */
  earlierDoses?: Array<EarlierDoseInput> | null | undefined;
  /** Where it was given. Required. */
  facility?: FacilityInput | null | undefined;
  /** Where the certificate is for; the input's kind where absent. */
  kind?: Kind | null | undefined;
  /** Vaccination programme. The default is `default`. */
  programme?: string | null | undefined;
  /** Who was vaccinated. Required. */
  recipient?: RecipientInput | null | undefined;
  /** What was given and when. Required. */
  vaccination?: VaccinationInput | null | undefined;
  /** Who gave it. */
  vaccinator?: VaccinatorInput | null | undefined;
};

/** Who gave it. */
export type VaccinatorInput = {
  /** The source system's id of the vaccinator. */
  id?: string | null | undefined;
  /** Name, to 80 characters. */
  name?: string | null | undefined;
};

/** The answer as a whole; of several that apply the first counts. */
export type Verdict =
  /** Genuine, but no longer valid. */
  | 'EXPIRED'
  /** Genuine as far as can be told; what the policy wants could not be checked. */
  | 'INCONCLUSIVE'
  /** Altered, not signed by the issuer, or saying what cannot be. */
  | 'INVALID'
  /** Genuine, but not valid yet. */
  | 'NOT_YET_VALID'
  /** Genuine, but revoked. */
  | 'REVOKED'
  /** Genuine, but a newer version replaced it. */
  | 'SUPERSEDED'
  /** Not of an issuer that is known here. */
  | 'UNKNOWN_ISSUER'
  /** No certificate in any known form. */
  | 'UNREADABLE'
  /** Genuine and in force. */
  | 'VALID';

/** How much must be known for VALID. */
export type VerificationPolicy =
  /** The signature alone. */
  | 'OFFLINE'
  /** A known status. */
  | 'STANDARD'
  /** Every member bound by the signature, and a known status. */
  | 'STRICT';

/** What to verify. */
export type VerifyInput =
  {   /** Bytes: a QR code's zip or its UTF-8 form, a picture, or a PDF. */
  bytes: string; text?: never; }
  |  { bytes?: never;   /** Text: JSON, or what a QR code reads as (B64:, HC1:, shc:/, a JWT). */
  text: string; };

export type CreateClientMutationVariables = Exact<{
  input: CreateClientInput;
}>;


export type CreateClientMutation = { createClient: { key: string | null, client: { id: string, name: string, scopes: Array<Scope>, channel: string | null } | null, userErrors: Array<
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
    > } };

export type FindPeopleQueryVariables = Exact<{
  input: SearchInput;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type FindPeopleQuery = { search: { nodes: Array<{ id: string, programme: string, certificates: { nodes: Array<{ id: string, dose: number, version: number, status: CertificateStatus, holder: { name: string } }> } }>, pageInfo: { endCursor: string | null, hasNextPage: boolean } } };

export type CertificateHistoryQueryVariables = Exact<{
  certificateId: string | number;
}>;


export type CertificateHistoryQuery = { certificate: { history: Array<{ id: string, version: number, status: CertificateStatus, issuedAt: string | null, changes: Array<{ field: string, from: string | null, to: string | null }>, revocation: { at: string, reason: RevocationReason } | null }> } | null };

export type AuditTrailQueryVariables = Exact<{
  filter?: AuditFilter | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type AuditTrailQuery = { audit: { nodes: Array<{ at: string, action: string, caller: string, channel: string | null, certificateId: string | null, detail: string }>, pageInfo: { endCursor: string | null, hasNextPage: boolean } } };

export type FiguresQueryVariables = Exact<{
  filter?: StatsFilter | null | undefined;
  since?: string | null | undefined;
  until?: string | null | undefined;
}>;


export type FiguresQuery = { stats: { asOf: string | null, totals: { issued: number, updated: number, revoked: number, accessed: number, verified: number }, accessedByChannel: Array<{ channel: string, count: number }> } };

export type SeriesQueryVariables = Exact<{
  measure: Measure;
  bucket?: Bucket | null | undefined;
  by?: Array<Dimension> | Dimension | null | undefined;
  filter?: StatsFilter | null | undefined;
  since?: string | null | undefined;
  until?: string | null | undefined;
}>;


export type SeriesQuery = { stats: { asOf: string | null, series: Array<{ bucket: string, value: number | null, suppressed: boolean, dimensions: Array<{ dimension: Dimension, value: string }> }> } };

export type ExportStatsMutationVariables = Exact<{
  input: ExportStatsInput;
}>;


export type ExportStatsMutation = { exportStats: { job: { id: string } | null, userErrors: Array<
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
    > } };

export type ExportedFileQueryVariables = Exact<{
  id: string | number;
}>;


export type ExportedFileQuery = { job: { state: JobState, done: number, document: { state: DocumentState, url: string | null, byteSize: number | null, sha256: string | null } | null } | null };

export type IssuerQueryVariables = Exact<{ [key: string]: never; }>;


export type IssuerQuery = { issuer: { name: string, id: string, did: string, keys: Array<{ id: string, algorithm: Algorithm, verificationMethod: string, publicKeyPem: string, activeFrom: string | null, retiredAt: string | null }> } };

export type VerifyQueryVariables = Exact<{
  input: VerifyInput;
  policy?: VerificationPolicy | null | undefined;
}>;


export type VerifyQuery = { verify: { verdict: Verdict, newerCertificateExists: boolean, statusAsOf: string | null, checks: Array<{ code: CheckCode, status: CheckStatus, message: string }>, facts: { certificateId: string | null, name: string | null, vaccine: string | null, date: string | null, dose: number | null, totalDoses: number | null } | null } };

export type RevocationsQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type RevocationsQuery = { revocations: { nodes: Array<{ at: string, purpose: RevocationPurpose, signatureHash: string, statusList: number | null, statusIndex: number | null }>, pageInfo: { endCursor: string | null, hasNextPage: boolean } } };

export type TotalsQueryVariables = Exact<{ [key: string]: never; }>;


export type TotalsQuery = { stats: { asOf: string | null, totals: { issued: number, updated: number, revoked: number, accessed: number, verified: number } } };

export type RequestOneTimeCodeMutationVariables = Exact<{
  input: RequestOneTimeCodeInput;
}>;


export type RequestOneTimeCodeMutation = { requestOneTimeCode: { expiresInSeconds: number, userErrors: Array<
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
    > } };

export type ConfirmOneTimeCodeMutationVariables = Exact<{
  input: ConfirmOneTimeCodeInput;
}>;


export type ConfirmOneTimeCodeMutation = { confirmOneTimeCode: { people: Array<{ displayName: string, token: string, expiresAt: string }>, userErrors: Array<
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
    > } };

export type ViewerQueryVariables = Exact<{ [key: string]: never; }>;


export type ViewerQuery = { viewer: { id: string, name: string, scopes: Array<Scope>, beneficiary: { id: string, certificates: { nodes: Array<{ id: string, status: CertificateStatus, dose: number, totalDoses: number, stage: Stage, issuedAt: string | null, holder: { name: string } }> } } | null } | null };

export type LatestCertificateQueryVariables = Exact<{
  beneficiaryId: string | number;
  proof: BeneficiaryProof;
}>;


export type LatestCertificateQuery = { beneficiary: { latestCertificate: { id: string, status: CertificateStatus, version: number, dose: number, totalDoses: number, stage: Stage, issuedAt: string | null, credential: unknown, holder: { name: string }, vaccination: { name: string, date: string }, facility: { name: string }, qr: { state: DocumentState, contentType: string | null, base64: string | null } | null } | null } | null };

export type CertificatesQueryVariables = Exact<{
  beneficiaryId: string | number;
  proof: BeneficiaryProof;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type CertificatesQuery = { beneficiary: { certificates: { nodes: Array<{ id: string, status: CertificateStatus, dose: number, totalDoses: number, stage: Stage, kind: Kind, issuedAt: string | null }>, pageInfo: { endCursor: string | null, hasNextPage: boolean } } } | null };

export type CertificatePdfQueryVariables = Exact<{
  certificateId: string | number;
  proof: BeneficiaryProof;
  language?: Language | null | undefined;
}>;


export type CertificatePdfQuery = { certificate: { document: { state: DocumentState, retryAfterMs: number | null, url: string | null, expiresAt: string | null, byteSize: number | null, sha256: string | null } | null } | null };

export type IssueCertificatesMutationVariables = Exact<{
  input: IssueCertificatesInput;
}>;


export type IssueCertificatesMutation = { issueCertificates: { results: Array<{ index: number, certificate: { id: string, status: CertificateStatus, version: number } | null, error:
        | { existingCertificateId: string | null, code: UserErrorCode, message: string, path: Array<string> }
        | { code: UserErrorCode, message: string, path: Array<string> }
        | { code: UserErrorCode, message: string, path: Array<string> }
       | null }>, job: { id: string, state: JobState, total: number } | null, userErrors: Array<
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
    > } };

export type UpdateCertificateMutationVariables = Exact<{
  input: UpdateCertificateInput;
}>;


export type UpdateCertificateMutation = { updateCertificate: { certificate: { id: string, status: CertificateStatus, version: number, correctionsRemaining: number, previous: { id: string, status: CertificateStatus } | null } | null, userErrors: Array<
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { currentVersion: number | null, code: UserErrorCode, message: string, path: Array<string> }
    > } };

export type RevokeCertificatesMutationVariables = Exact<{
  input: RevokeCertificatesInput;
}>;


export type RevokeCertificatesMutation = { revokeCertificates: { approvalNeeded: boolean, certificates: Array<{ id: string, status: CertificateStatus, revocation: { at: string, reason: RevocationReason } | null }>, reach: { count: number, digest: string } | null, job: { id: string, state: JobState } | null, userErrors: Array<
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
      | { code: UserErrorCode, message: string, path: Array<string> }
    > } };

export type JobResultsQueryVariables = Exact<{
  id: string | number;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type JobResultsQuery = { job: { state: JobState, total: number, done: number, failed: number, finishedAt: string | null, results: { nodes: Array<{ index: number, certificate: { id: string, status: CertificateStatus } | null, error:
          | { code: UserErrorCode, message: string, path: Array<string> }
          | { code: UserErrorCode, message: string, path: Array<string> }
          | { code: UserErrorCode, message: string, path: Array<string> }
         | null }>, pageInfo: { endCursor: string | null, hasNextPage: boolean } } } | null };

export type JobProgressSubscriptionVariables = Exact<{
  id: string | number;
}>;


export type JobProgressSubscription = { jobProgress: { state: JobState, total: number, done: number, failed: number, finishedAt: string | null } };

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}

export const CreateClientDocument = new TypedDocumentString(`
    mutation CreateClient($input: CreateClientInput!) {
  createClient(input: $input) {
    client {
      id
      name
      scopes
      channel
    }
    key
    userErrors {
      code
      message
      path
    }
  }
}
    `) as unknown as TypedDocumentString<CreateClientMutation, CreateClientMutationVariables>;
export const FindPeopleDocument = new TypedDocumentString(`
    query FindPeople($input: SearchInput!, $first: Int = 20, $after: String) {
  search(input: $input, first: $first, after: $after) {
    nodes {
      id
      programme
      certificates(first: 20) {
        nodes {
          id
          dose
          version
          status
          holder {
            name
          }
        }
      }
    }
    pageInfo {
      endCursor
      hasNextPage
    }
  }
}
    `) as unknown as TypedDocumentString<FindPeopleQuery, FindPeopleQueryVariables>;
export const CertificateHistoryDocument = new TypedDocumentString(`
    query CertificateHistory($certificateId: ID!) {
  certificate(id: $certificateId) {
    history {
      id
      version
      status
      issuedAt
      changes {
        field
        from
        to
      }
      revocation {
        at
        reason
      }
    }
  }
}
    `) as unknown as TypedDocumentString<CertificateHistoryQuery, CertificateHistoryQueryVariables>;
export const AuditTrailDocument = new TypedDocumentString(`
    query AuditTrail($filter: AuditFilter, $first: Int = 50, $after: String) {
  audit(filter: $filter, first: $first, after: $after) {
    nodes {
      at
      action
      caller
      channel
      certificateId
      detail
    }
    pageInfo {
      endCursor
      hasNextPage
    }
  }
}
    `) as unknown as TypedDocumentString<AuditTrailQuery, AuditTrailQueryVariables>;
export const FiguresDocument = new TypedDocumentString(`
    query Figures($filter: StatsFilter, $since: Date, $until: Date) {
  stats(filter: $filter, from: $since, to: $until) {
    asOf
    totals {
      issued
      updated
      revoked
      accessed
      verified
    }
    accessedByChannel {
      channel
      count
    }
  }
}
    `) as unknown as TypedDocumentString<FiguresQuery, FiguresQueryVariables>;
export const SeriesDocument = new TypedDocumentString(`
    query Series($measure: Measure!, $bucket: Bucket = DAY, $by: [Dimension!], $filter: StatsFilter, $since: Date, $until: Date) {
  stats(filter: $filter, from: $since, to: $until) {
    asOf
    series(measure: $measure, bucket: $bucket, by: $by) {
      bucket
      dimensions {
        dimension
        value
      }
      value
      suppressed
    }
  }
}
    `) as unknown as TypedDocumentString<SeriesQuery, SeriesQueryVariables>;
export const ExportStatsDocument = new TypedDocumentString(`
    mutation ExportStats($input: ExportStatsInput!) {
  exportStats(input: $input) {
    job {
      id
    }
    userErrors {
      code
      message
      path
    }
  }
}
    `) as unknown as TypedDocumentString<ExportStatsMutation, ExportStatsMutationVariables>;
export const ExportedFileDocument = new TypedDocumentString(`
    query ExportedFile($id: ID!) {
  job(id: $id) {
    state
    done
    document {
      state
      url
      byteSize
      sha256
    }
  }
}
    `) as unknown as TypedDocumentString<ExportedFileQuery, ExportedFileQueryVariables>;
export const IssuerDocument = new TypedDocumentString(`
    query Issuer {
  issuer {
    name
    id
    did
    keys {
      id
      algorithm
      verificationMethod
      publicKeyPem
      activeFrom
      retiredAt
    }
  }
}
    `) as unknown as TypedDocumentString<IssuerQuery, IssuerQueryVariables>;
export const VerifyDocument = new TypedDocumentString(`
    query Verify($input: VerifyInput!, $policy: VerificationPolicy = STANDARD) {
  verify(input: $input, policy: $policy) {
    verdict
    checks {
      code
      status
      message
    }
    facts {
      certificateId
      name
      vaccine
      date
      dose
      totalDoses
    }
    newerCertificateExists
    statusAsOf
  }
}
    `) as unknown as TypedDocumentString<VerifyQuery, VerifyQueryVariables>;
export const RevocationsDocument = new TypedDocumentString(`
    query Revocations($first: Int = 100, $after: String) {
  revocations(first: $first, after: $after) {
    nodes {
      at
      purpose
      signatureHash
      statusList
      statusIndex
    }
    pageInfo {
      endCursor
      hasNextPage
    }
  }
}
    `) as unknown as TypedDocumentString<RevocationsQuery, RevocationsQueryVariables>;
export const TotalsDocument = new TypedDocumentString(`
    query Totals {
  stats {
    asOf
    totals {
      issued
      updated
      revoked
      accessed
      verified
    }
  }
}
    `) as unknown as TypedDocumentString<TotalsQuery, TotalsQueryVariables>;
export const RequestOneTimeCodeDocument = new TypedDocumentString(`
    mutation RequestOneTimeCode($input: RequestOneTimeCodeInput!) {
  requestOneTimeCode(input: $input) {
    expiresInSeconds
    userErrors {
      code
      message
      path
    }
  }
}
    `) as unknown as TypedDocumentString<RequestOneTimeCodeMutation, RequestOneTimeCodeMutationVariables>;
export const ConfirmOneTimeCodeDocument = new TypedDocumentString(`
    mutation ConfirmOneTimeCode($input: ConfirmOneTimeCodeInput!) {
  confirmOneTimeCode(input: $input) {
    people {
      displayName
      token
      expiresAt
    }
    userErrors {
      code
      message
      path
    }
  }
}
    `) as unknown as TypedDocumentString<ConfirmOneTimeCodeMutation, ConfirmOneTimeCodeMutationVariables>;
export const ViewerDocument = new TypedDocumentString(`
    query Viewer {
  viewer {
    id
    name
    scopes
    beneficiary {
      id
      certificates(first: 20) {
        nodes {
          id
          status
          dose
          totalDoses
          stage
          issuedAt
          holder {
            name
          }
        }
      }
    }
  }
}
    `) as unknown as TypedDocumentString<ViewerQuery, ViewerQueryVariables>;
export const LatestCertificateDocument = new TypedDocumentString(`
    query LatestCertificate($beneficiaryId: ID!, $proof: BeneficiaryProof!) {
  beneficiary(id: $beneficiaryId, proof: $proof) {
    latestCertificate {
      id
      status
      version
      dose
      totalDoses
      stage
      issuedAt
      holder {
        name
      }
      vaccination {
        name
        date
      }
      facility {
        name
      }
      credential
      qr {
        state
        contentType
        base64
      }
    }
  }
}
    `) as unknown as TypedDocumentString<LatestCertificateQuery, LatestCertificateQueryVariables>;
export const CertificatesDocument = new TypedDocumentString(`
    query Certificates($beneficiaryId: ID!, $proof: BeneficiaryProof!, $first: Int = 20, $after: String) {
  beneficiary(id: $beneficiaryId, proof: $proof) {
    certificates(first: $first, after: $after) {
      nodes {
        id
        status
        dose
        totalDoses
        stage
        kind
        issuedAt
      }
      pageInfo {
        endCursor
        hasNextPage
      }
    }
  }
}
    `) as unknown as TypedDocumentString<CertificatesQuery, CertificatesQueryVariables>;
export const CertificatePdfDocument = new TypedDocumentString(`
    query CertificatePdf($certificateId: ID!, $proof: BeneficiaryProof!, $language: Language) {
  certificate(id: $certificateId, proof: $proof) {
    document(format: PDF, language: $language) {
      state
      retryAfterMs
      url
      expiresAt
      byteSize
      sha256
    }
  }
}
    `) as unknown as TypedDocumentString<CertificatePdfQuery, CertificatePdfQueryVariables>;
export const IssueCertificatesDocument = new TypedDocumentString(`
    mutation IssueCertificates($input: IssueCertificatesInput!) {
  issueCertificates(input: $input) {
    results {
      index
      certificate {
        id
        status
        version
      }
      error {
        code
        message
        path
        ... on DuplicateError {
          existingCertificateId
        }
      }
    }
    job {
      id
      state
      total
    }
    userErrors {
      code
      message
      path
    }
  }
}
    `) as unknown as TypedDocumentString<IssueCertificatesMutation, IssueCertificatesMutationVariables>;
export const UpdateCertificateDocument = new TypedDocumentString(`
    mutation UpdateCertificate($input: UpdateCertificateInput!) {
  updateCertificate(input: $input) {
    certificate {
      id
      status
      version
      previous {
        id
        status
      }
      correctionsRemaining
    }
    userErrors {
      code
      message
      path
      ... on StaleVersionError {
        currentVersion
      }
    }
  }
}
    `) as unknown as TypedDocumentString<UpdateCertificateMutation, UpdateCertificateMutationVariables>;
export const RevokeCertificatesDocument = new TypedDocumentString(`
    mutation RevokeCertificates($input: RevokeCertificatesInput!) {
  revokeCertificates(input: $input) {
    certificates {
      id
      status
      revocation {
        at
        reason
      }
    }
    reach {
      count
      digest
    }
    job {
      id
      state
    }
    approvalNeeded
    userErrors {
      code
      message
      path
    }
  }
}
    `) as unknown as TypedDocumentString<RevokeCertificatesMutation, RevokeCertificatesMutationVariables>;
export const JobResultsDocument = new TypedDocumentString(`
    query JobResults($id: ID!, $first: Int = 100, $after: String) {
  job(id: $id) {
    state
    total
    done
    failed
    finishedAt
    results(first: $first, after: $after) {
      nodes {
        index
        certificate {
          id
          status
        }
        error {
          code
          message
          path
        }
      }
      pageInfo {
        endCursor
        hasNextPage
      }
    }
  }
}
    `) as unknown as TypedDocumentString<JobResultsQuery, JobResultsQueryVariables>;
export const JobProgressDocument = new TypedDocumentString(`
    subscription JobProgress($id: ID!) {
  jobProgress(id: $id) {
    state
    total
    done
    failed
    finishedAt
  }
}
    `) as unknown as TypedDocumentString<JobProgressSubscription, JobProgressSubscriptionVariables>;
