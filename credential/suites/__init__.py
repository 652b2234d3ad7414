"""The proof suites on the allow-list, one module per family: what a proof looks like, and which bytes it signs."""
