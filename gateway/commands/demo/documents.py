"""The GraphQL documents of the demonstration: what a source system, a partner app and anyone would send."""

ISSUE = """
mutation Issue($records: RecordList!, $key: String) {
  issueCertificates(input: {recordsJson: $records, idempotencyKey: $key, waitMs: 10000}) {
    results {
      certificate { id beneficiaryId status stage kind }
      error { code ... on DuplicateError { existingCertificateId } }
    }
    userErrors { code message }
  }
}
"""
CREDENTIAL = "query Credential($id: ID!) { certificate(id: $id) { status credential } }"
UPDATE = """
mutation Update($id: ID!, $name: String!) {
  updateCertificate(input: {certificateId: $id, recipient: {name: $name}, waitMs: 10000}) {
    certificate { id status version previous { id status } }
    userErrors { code message }
  }
}
"""
REVOKE = """
mutation Revoke($ids: [ID!]!) {
  revokeCertificates(input: {target: {ids: $ids}, reason: ISSUED_IN_ERROR}) {
    certificates { id status }
    userErrors { code message }
  }
}
"""
FETCH = """
query Fetch($id: ID!, $proof: BeneficiaryProof) {
  certificate(id: $id, proof: $proof) { id status qr { sha256 } }
}
"""
VERIFY = """
query Verify($input: VerifyInput!) {
  verify(input: $input) { verdict checks { code status } }
}
"""
STATS = """
query Stats {
  stats { asOf totals { issued updated revoked accessed verified } accessedByChannel { channel count } }
}
"""
