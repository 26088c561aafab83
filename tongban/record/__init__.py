"""The append-only record: events, Merkle log, signed checkpoints, verification, reactions."""
