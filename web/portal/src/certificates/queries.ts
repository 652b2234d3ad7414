// What a holder asks the gateway for.
import type { UserError } from "../shared/graphql.ts";

export interface Person {
  displayName: string;
  token: string;
  expiresAt: string;
}

export interface Certificate {
  id: string;
  dose: number;
  totalDoses: number;
  stage: "PROVISIONAL" | "FINAL" | "PRECAUTION";
  kind: "DOMESTIC" | "INTERNATIONAL";
  status: "ISSUED" | "REVOKED" | "SUPERSEDED";
  issuedAt: string | null;
  correctionsRemaining: number;
  holder: { name: string; age: number | null; dateOfBirth: string | null; gender: string };
  vaccination: { name: string; date: string; batch: string };
  facility: { name: string };
  qr: { base64: string | null; contentType: string | null } | null;
}

export interface Correction {
  id: string;
  certificateId: string;
  createdAt: string;
  state: "OPEN" | "ACCEPTED" | "REFUSED";
  note: string;
  reason: string;
}

export interface Access {
  at: string;
  caller: string;
  channel: string | null;
  how: string;
  purpose: string;
  legalBasis: string;
}

export interface Page<T> {
  nodes: T[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

export interface Document {
  state: "READY" | "PENDING" | "FAILED";
  url: string | null;
  retryAfterMs: number | null;
}

export interface Own {
  viewer: { beneficiary: { id: string; certificates: Page<Certificate>; correctionRequests: Correction[] } | null } | null;
}

export const REQUEST_CODE = `mutation($mobile: MobileNumber!) {
  requestOneTimeCode(input: {mobile: $mobile}) { expiresInSeconds userErrors { code message path } } }`;
export interface CodeRequested {
  requestOneTimeCode: { expiresInSeconds: number; userErrors: UserError[] };
}

export const CONFIRM_CODE = `mutation($mobile: MobileNumber!, $code: String!) {
  confirmOneTimeCode(input: {mobile: $mobile, code: $code}) {
    people { displayName token expiresAt } userErrors { code message path } } }`;
export interface CodeConfirmed {
  confirmOneTimeCode: { people: Person[]; userErrors: UserError[] };
}

export const OWN = `{ viewer { beneficiary { id
  certificates(first: 50) { pageInfo { hasNextPage endCursor } nodes {
    id dose totalDoses stage kind status issuedAt correctionsRemaining
    holder { name age dateOfBirth gender } vaccination { name date batch } facility { name }
    qr(image: SVG) { base64 contentType } } }
  correctionRequests { id certificateId createdAt state note reason } } } }`;

export const DOCUMENT = `query($id: ID!, $language: Language, $format: DocumentFormat!, $layout: Layout) {
  certificate(id: $id) { document(language: $language, format: $format, layout: $layout) { state url retryAfterMs } } }`;

/** How a certificate is printed. */
export interface Printed {
  language: string;
  format: "PDF" | "SVG";
  layout: Layout;
}

export type Layout = "DOMESTIC" | "CARD" | "SLIP" | "INTERNATIONAL";

export const SHARE = `mutation($input: CreateShareLinkInput!) { createShareLink(input: $input) {
  url expiresAt userErrors { code message path } } }`;
export interface LinkMade {
  createShareLink: { url: string; expiresAt: string; userErrors: UserError[] };
}

export const END_LINKS = `mutation($input: RevokeShareLinksInput!) { revokeShareLinks(input: $input) {
  revoked userErrors { code message path } } }`;
export interface LinksEnded {
  revokeShareLinks: { revoked: number; userErrors: UserError[] };
}

export const HISTORY = `query($after: String) { viewer { beneficiary { accessHistory(first: 20, after: $after) {
  pageInfo { hasNextPage endCursor } nodes { at caller channel how purpose legalBasis } } } } }`;
export interface History {
  viewer: { beneficiary: { accessHistory: Page<Access> } | null } | null;
}

export const REQUEST_CORRECTION = `mutation($input: RequestCorrectionInput!) {
  requestCorrection(input: $input) { request { id } userErrors { code message path } } }`;
export interface CorrectionRequested {
  requestCorrection: { request: { id: string } | null; userErrors: UserError[] };
}

export const SET_NOTIFICATIONS = `mutation($enabled: Boolean!) {
  setNotifications(input: {enabled: $enabled}) { enabled userErrors { code message path } } }`;
