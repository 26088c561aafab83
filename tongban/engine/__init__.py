"""Pure engines: calendar, clock, lifecycle, draw, codes, Merkle tree. No framework, no clock, no I/O."""
