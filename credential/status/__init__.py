"""Status lists: W3C Bitstring Status List v1.0, with sequences and deltas of our own."""
