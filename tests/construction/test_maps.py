"""The approval map: drawn from the definition, no arrow over a box, BPMN with every item once."""

import pytest
from django.urls import reverse

from tests.construction import project as at_work
from tongban.catalogue.rules import chart
from tongban.construction.queries import maps
from tongban.construction.queries.definition import definition

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("theme", definition().themes, ids=lambda theme: theme.code)
def test_every_arrow_leads_forward_and_crosses_no_box(theme):
    drawn = maps.of_theme(theme).chart
    nodes = {node.code: node for node in drawn.nodes}
    assert len({(node.column, node.row) for node in drawn.nodes}) == len(drawn.nodes)
    for source, target in drawn.arrows:
        start, end = nodes[source], nodes[target]
        assert start.column < end.column
        between = [one for one in drawn.nodes if start.column < one.column < end.column]
        assert start.row not in {one.row for one in between}, (source, target)


@pytest.mark.parametrize("theme", definition().themes, ids=lambda theme: theme.code)
def test_every_gate_between_two_items_is_an_arrow(theme):
    drawn = maps.of_theme(theme).chart
    shown = {node.code for node in drawn.nodes}
    possible = {(one, gate.opens) for gate in definition().gates for one in gate.any_of}
    within = {(one, opens) for one, opens in possible if {one, opens} <= shown}
    by_law = {arrow for arrow in drawn.arrows if arrow in possible}
    assert by_law <= within
    assert len(by_law) >= len(maps.rules_of(theme)) - 2  # two gates may say the same


def test_the_map_of_a_project_shows_where_its_items_stand(client):
    row = at_work.registered()
    bundle = at_work.received(row.pk, "land")
    at_work.grant(bundle, "001004001000")
    found = maps.of_project(at_work.read.opened(row, at_work.city.AT))
    assert (found.states["001004001000"], found.states["000115002000"]) == ("granted", "running")
    assert (found.states["000117050000"], found.states["start_of_works"]) == ("waiting", "waiting")
    assert chart.drawing(found.chart).width > 0
    assert client.get(reverse("construction:map", args=[row.theme])).status_code == 200
