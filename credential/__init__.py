"""The domain: records, credentials, proofs, policies and use cases. Pure."""
