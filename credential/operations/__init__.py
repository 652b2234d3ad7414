"""Use cases: one file each, ports as keyword arguments, the time as an argument."""
