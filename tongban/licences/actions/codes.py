"""Verification codes nobody can guess."""

import secrets

_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


def make() -> str:
    """Twelve letters and digits without look-alikes."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(12))
