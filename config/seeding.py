"""Builds the demo city: divisions, organs, people and the catalogue; safe to run again."""

from datetime import datetime


def build_city(*, at: datetime) -> None:
    """Everything a fresh installation needs to take its first application; idempotent."""
