"""Everything that touches the outside, each an implementation of a port of the domain."""
