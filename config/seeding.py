"""Builds the demo city: divisions, organs, people and the catalogue; safe to run again."""

from datetime import datetime, timedelta

from config import demo_cases, demo_projects, demo_services, wordings
from tongban.bilingual import queries as bilingual_queries
from tongban.bilingual import seeding as bilingual
from tongban.cases.models import Case
from tongban.catalogue import seeding as catalogue
from tongban.people import seeding as people
from tongban.people.seeding_speakers import seed_speakers

HISTORY = timedelta(days=60)  # how long the demo city has been there


def build_city(*, at: datetime) -> None:
    """Everything a fresh installation needs to take its first application; idempotent."""
    people.seed_organs(at=at)
    people.seed_accounts(at=at)
    seed_speakers({town.code: town.languages for town in bilingual_queries.towns()}, at=at)
    catalogue.seed_catalogue(at=at)
    wordings.say_all(at=at)
    bilingual.seed_bilingual(at=at)


def build_demo(*, now: datetime) -> None:
    """The demo city as `tongban up` shows it: founded two months ago, with some weeks of work behind it.

    Built once; afterwards only what the shipped catalogue has new is added, as of now.
    """
    founded = Case.objects.exists()
    build_city(at=now if founded else now - HISTORY)
    if not founded:
        demo_cases.build(now=now)
        demo_projects.build(now=now)
        demo_services.build(now=now)
