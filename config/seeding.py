"""Builds the demo city: divisions, organs, people and the catalogue; safe to run again."""

from datetime import datetime

from tongban.catalogue import seeding as catalogue
from tongban.people import seeding as people


def build_city(*, at: datetime) -> None:
    """Everything a fresh installation needs to take its first application; idempotent."""
    people.seed_organs(at=at)
    people.seed_accounts(at=at)
    catalogue.seed_catalogue(at=at)
