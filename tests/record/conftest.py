"""A sealed log that every test of a module sees; what a test does to it is rolled back."""

import sys

import pytest
from django.test import TransactionTestCase, override_settings

from config import cli
from tests.record import log
from tests.record.log import WITNESS, WITNESS_KEY
from tongban.record import actions, queries, rules

FACTS = {"name": "雅安", "count": 3, "open": True, "none": None, "lines": ["a", {"b": "c"}]}


@pytest.fixture(autouse=True, scope="session")
def _witness():
    """One organ may cosign."""
    with override_settings(RECORD_WITNESSES={WITNESS: rules.public_key(WITNESS_KEY).hex()}):
        yield


@pytest.fixture(scope="module")
def _sealed(_witness, django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        log.append("a", "opened", "changed", "closed", **FACTS)
        log.append("b", "opened")
        log.seal_all()
        log.append("b", "closed", position=2, **FACTS)
        log.append("c", "opened", "erasable", "closed", name="王晓梅")
        log.seal_all()
        newest = queries.latest()
        actions.cosign(size=newest.size, line=log.witnessed(newest.note))
        yield
        TransactionTestCase._fixture_teardown(None)


@pytest.fixture
def sealed(_sealed, db):
    """Streams a (3 events), b (2) and c (3) after the seeded city's, all sealed, two checkpoints."""


@pytest.fixture
def command(monkeypatch, capsys):
    """`tongban record …` on the test's database: its exit code and what it said."""
    monkeypatch.setenv("DATABASE_URL", "postgresql:///the-connection-is-already-open")

    def run(*words: object) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["tongban", "record", *map(str, words)])
        with pytest.raises(SystemExit) as stopped:
            cli.main()
        code, said = stopped.value.code, capsys.readouterr()
        return (1, said.out + code) if isinstance(code, str) else (code or 0, said.out + said.err)

    return run
