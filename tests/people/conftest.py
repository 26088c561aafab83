"""What every test about people wants: no memory of other tests' codes and tries, and quick passwords."""

import pytest
from django.contrib.auth.hashers import make_password
from django.core.cache import cache

from tongban.people.models import Account
from tongban.people.seeding import DEMO_PASSWORD


@pytest.fixture(autouse=True)
def _fresh_cache():
    cache.clear()


@pytest.fixture
def quick_passwords(settings, db):
    """The demo password under a hash that costs nothing; the real one is slow on purpose."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    Account.objects.update(password=make_password(DEMO_PASSWORD))
