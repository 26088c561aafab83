"""Journeys: one running town and one Chromium per test module."""

import os
import shutil
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.management import call_command
from django.db import connections, transaction
from django.test import Client, TransactionTestCase, override_settings
from playwright.sync_api import sync_playwright

from tests.journeys.people import Person
from tests.journeys.town import Town
from tests.people.signing import sign_in

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
QUIET = [  # the browser speaks to the town only
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture(scope="session")
def collected(tmp_path_factory):
    """The static files as an operator collects them: named by content, compressed."""
    folder = tmp_path_factory.mktemp("static")
    storages = {"staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}}
    with override_settings(STATIC_ROOT=folder, STORAGES=storages):
        call_command("collectstatic", interactive=False, verbosity=0)
    return folder


@pytest.fixture(scope="module")
def town(collected, django_db_setup, django_db_blocker, tmp_path_factory):
    """The town, started for a module of journeys; the next module finds the city as seeded."""
    if CHROMIUM is None:
        pytest.skip("needs Chromium: sudo apt-get install chromium")
    with django_db_blocker.unblock():
        made = Town(tmp_path_factory.mktemp("town"), collected)
        try:
            yield made
        finally:
            made.close()
            TransactionTestCase._fixture_teardown(None)  # a fresh clone; see tests/conftest.py


@pytest.fixture(scope="module")
def chromium(town):
    """One Chromium; playwright's loop runs in this thread, where Django would otherwise refuse the database."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        connections.close_all()  # those of this loop: outside it Django hands out others
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def in_the_town(town):
    """Does something in the town behind the browser's back; in a thread, for signing needs a loop of its own."""

    def do(what):
        def whole():
            try:
                with transaction.atomic():
                    return what()
            finally:
                connections.close_all()

        with override_settings(MEDIA_ROOT=town.folder / "uploads"), ThreadPoolExecutor(1) as thread:
            return thread.submit(whole).result()

    return do


@pytest.fixture
def person(town, chromium):
    """Makes a person at a browser of their own: `person("wang_xiaomei")` is signed in, `person()` is not."""
    contexts = []

    def sit_down(username: str = "", **options) -> Person:
        context = chromium.new_context(
            base_url=town.url, viewport={"width": 1280, "height": 900}, locale="zh-CN", **options
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        if username:
            client = Client()
            sign_in(client, username)
            context.add_cookies(
                [
                    {"name": cookie.key, "value": cookie.value, "url": town.url}
                    for cookie in client.cookies.values()
                ]
            )
        return Person(context.new_page(), username)

    yield sit_down
    for context in contexts:
        context.close()
