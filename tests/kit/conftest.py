"""What tests of the kit share: the English catalogue compiled from this tree, not from an earlier build."""

import pytest
from django.utils.translation import trans_real

from tongban.kit import messages


@pytest.fixture(scope="session")
def english_folder(tmp_path_factory):
    """The catalogue compiled once, from the rooms' files as they are now."""
    folder = tmp_path_factory.mktemp("locale")
    messages.write(into=folder)
    return folder


@pytest.fixture
def english_catalogue(settings, english_folder):
    """English as the rooms' files say it now."""
    settings.LOCALE_PATHS = [english_folder]
    saved, trans_real._translations = trans_real._translations, {}
    yield
    trans_real._translations = saved
