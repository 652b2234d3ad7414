"""The domain of vaccination certificates: pure values and rules, with ports to the outside."""
