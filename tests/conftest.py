"""The test city: one embedded PostgreSQL, one seeded template database, a clone of it per process."""

import fcntl
import hashlib
import os
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest
from django.core.management import call_command
from django.db import connections
from django.test import TransactionTestCase
from xdist.scheduler import LoadFileScheduling

from config import seeding
from tongban.kit.database import from_url, start_embedded

ROOT = Path(__file__).resolve().parent.parent
SEEDED_AT = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)  # Monday 09:00 in Ya'an

# The modules that take longest, or folders of them: they begin first, so that the processes end together.
LONGEST = [
    "journeys/test_every_page",
    "test_matrix",
    "test_crash",
    "properties/",
    "journeys/",
    "record/",
    "test_api_contract",
    "cases/test_statements",
    "catalogue/test_standing",
]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """A module stays in one process: its town, its house or its world is built once."""
    config.option.loadscopereorder = False  # by number of tests; ours is by time, below
    return LoadFileScheduling(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: [name not in item.nodeid for name in LONGEST])


def _digest() -> str:
    """Names the template by what it is made from: migrations, seeds and catalogue data."""
    parts = sorted(
        path
        for pattern in (
            "tongban/**/migrations/*.py",
            "tongban/**/seeding*.py",
            "tongban/**/data/**/*",
            "tongban/catalogue/shipped.py",
            "tongban/catalogue/rules/growth.py",
            "tongban/catalogue/rules/wording.py",
            "tongban/catalogue/rules/translating.py",
            "tongban/cases/rules/rendering.py",
            "config/seeding.py",
            "config/wordings.py",
        )
        for path in ROOT.glob(pattern)
        if path.is_file()
    )
    digest = hashlib.sha256()
    for path in parts:
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


# What a process remembers of versions by their number; a clone gives the same numbers to others.
_REMEMBERED = {"items": ("guide", "running"), "calendar": ("_calendar",), "finding": ("_index",)}


def _forget() -> None:
    for module, names in _REMEMBERED.items():
        for name in names:
            getattr(import_module(f"tongban.catalogue.queries.{module}"), name).cache_clear()


class Server:
    """The PostgreSQL the tests run on, addressed through its maintenance database."""

    def __init__(self) -> None:
        self.url = os.environ.get("TONGBAN_TEST_SERVER") or self._started()

    def _started(self) -> str:
        """The embedded one. It does not wait for the disk: a power cut costs `var/test-pg`, nothing else."""
        self.process = start_embedded(ROOT / "var" / "test-pg")
        self.process.psql("alter system set fsync = off;\nselect pg_reload_conf();")
        return self.process.get_uri()

    def execute(self, statement: str) -> list:
        with psycopg.connect(self.url, autocommit=True) as link:
            cursor = link.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def exists(self, name: str) -> bool:
        return bool(self.execute(f"select 1 from pg_database where datname = '{name}'"))

    def clone(self, template: str, name: str) -> None:
        self.execute(f'drop database if exists "{name}" with (force)')
        self.execute(f'create database "{name}" template "{template}" strategy file_copy')


def _point_django_at(server: Server, name: str) -> None:
    settings = from_url(server.url)
    link = connections["default"]
    link.close()
    link.settings_dict.update({key: settings[key] for key in ("USER", "PASSWORD", "HOST", "PORT")}, NAME=name)
    link.settings_dict["OPTIONS"].pop("pool", None)


@pytest.fixture(scope="session")
def server() -> Server:
    return Server()


@pytest.fixture(scope="session")
def django_db_setup(server, django_db_blocker, request):
    """Build the template once (under a lock), then clone it for this process."""
    worker = getattr(request.config, "workerinput", {}).get("workerid", "")
    name = "_".join(filter(None, [os.environ.get("TONGBAN_TEST_DB", "test_tongban"), worker]))
    template = f"template_{_digest()}"
    with django_db_blocker.unblock():
        (ROOT / "var").mkdir(exist_ok=True)
        with open(ROOT / "var" / "test-template.lock", "w", encoding="ascii") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not server.exists(template):
                for (old,) in server.execute(
                    "select datname from pg_database where datname like 'template\\_%'"
                ):
                    if not server.execute(f"select 1 from pg_stat_activity where datname = '{old}'"):
                        server.execute(f'drop database "{old}"')
                draft = f"{template}_draft"
                server.execute(f'drop database if exists "{draft}" with (force)')
                server.execute(f'create database "{draft}"')
                _point_django_at(server, draft)
                call_command("migrate", verbosity=0)
                seeding.build_city(at=SEEDED_AT)
                connections["default"].close()
                server.execute(f'alter database "{draft}" rename to "{template}"')
            server.clone(template, name)
        _point_django_at(server, name)

        def restore(_self) -> None:
            """Instead of truncating: a fresh clone, so that every test sees the seeded city."""
            for link in connections.all(initialized_only=True):
                link.close()
            server.clone(template, name)
            _forget()

        TransactionTestCase._fixture_teardown = restore
        yield
        connections["default"].close()
        server.execute(f'drop database if exists "{name}" with (force)')


@pytest.fixture(autouse=True)
def _own_uploads(settings, tmp_path):
    """Uploads of a test stay with the test."""
    settings.MEDIA_ROOT = tmp_path / "uploads"


@pytest.fixture(autouse=True)
def _plain_static(settings):
    """Pages are tested without a collected manifest of static files."""
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture(scope="module")
def house(server, django_db_setup):
    """A house of its own on a copy of the seeded city; may be killed."""
    from tests.house import House

    (template,) = next(
        iter(server.execute("select datname from pg_database where datname like 'template\\_%'"))
    )
    with TemporaryDirectory(prefix="house-", dir=ROOT / "var", ignore_cleanup_errors=True) as folder:
        made = House(Path(folder), template, server)
        yield made
        made.close()
