"""The demo's two projects: produced by the actions, at different stages."""

from datetime import UTC, datetime

import pytest

from config import demo_projects
from tongban.construction.models import Project
from tongban.construction.queries import projects

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 26, 3, 0, tzinfo=UTC)


def test_one_project_is_in_its_second_stage_and_the_other_has_just_begun():
    assert demo_projects.build(now=NOW) == 2
    rows = Project.objects.select_related("party").order_by("code")
    tea, store = projects.opened_all(list(rows), NOW)
    assert [part.state for part in tea.parts] == ["closed", "running", "waiting", "waiting", "open"]
    assert (tea.measured.by_stage["land"], tea.measured.by_stage["planning"]) == (4, 7)
    assert [part.state for part in store.parts[:2]] == ["running", "waiting"]
