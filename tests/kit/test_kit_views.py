"""Switches, statements and error pages."""

import pytest
from django.conf import settings as live
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.template import engines
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.views import defaults
from django_cotton.compiler_regex import CottonCompiler
from django_cotton.templatetags._component import CottonComponentNode

from tongban.kit import context, views
from tongban.kit.messages import ROOT


@pytest.fixture
def request_for():
    return RequestFactory().get


@pytest.mark.parametrize(
    ("target", "back"),
    [
        ("/items/1?q=a", "/items/1?q=a"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
def test_a_switch_returns_only_to_our_own_pages(request_for, target, back):
    response = views.language(request_for("/language/en/", {"next": target}), "en")
    assert (response.status_code, response["Location"]) == (302, back)


def test_the_language_is_remembered_for_a_year_out_of_reach_of_scripts(request_for):
    cookie = views.language(request_for("/language/en/"), "en").cookies[live.LANGUAGE_COOKIE_NAME]
    assert (cookie.value, cookie["max-age"], cookie["httponly"], cookie["samesite"]) == (
        "en",
        31_536_000,
        True,
        "Lax",
    )


def test_an_unknown_language_or_text_size_is_not_found(request_for):
    with pytest.raises(Http404):
        views.language(request_for("/language/xx/"), "xx")
    with pytest.raises(Http404):
        views.elder(request_for("/elder/huge/"), "huge")


def test_large_text_is_read_back_from_its_cookie(request_for):
    assert views.elder(request_for("/elder/on/"), "on").cookies["elder"].value == "on"
    asked = request_for("/")
    asked.COOKIES["elder"] = "on"
    assert context.page(asked)["elder"] is True
    assert context.page(request_for("/"))["elder"] is False


@pytest.mark.parametrize("name", ["accessibility", "privacy", "keys", "specimen", "specimen_desk"])
def test_a_page_of_the_kit_is_whole(client, name):
    from django.urls import reverse

    response = client.get(reverse(f"kit:{name}"))
    page = response.content.decode()
    assert response.status_code == 200
    assert page.startswith("<!doctype html>\n<html lang=") and page.rstrip().endswith("</html>")
    assert "<c-" not in page
    assert ' style="' not in page and "<script>" not in page


def test_the_specimen_is_not_shown_in_a_real_city(client, settings):
    settings.DEMO = settings.DEBUG = False
    assert client.get("/kit/specimen").status_code == 404


def test_every_error_page_says_what_to_do_and_whom_to_call(request_for):
    pages = [
        defaults.bad_request(request_for("/"), ValueError()),
        defaults.permission_denied(request_for("/"), PermissionDenied()),
        defaults.page_not_found(request_for("/"), Http404()),
        defaults.server_error(request_for("/")),
        views.csrf_failure(request_for("/"), "CSRF cookie not set."),
    ]
    assert [page.status_code for page in pages] == [400, 403, 404, 500, 403]
    for page in pages:
        text = page.content.decode()
        assert f"tel:{live.HOTLINE}" in text and "<h1>" in text
    assert "CSRF cookie not set." not in pages[-1].content.decode()


def test_the_maintenance_page_needs_no_request():
    assert live.HOTLINE in render_to_string("errors/503.html")


def test_the_navigation_marks_one_entry(settings):
    entries = context.desk_entries("/desk/cases/123/check")
    assert [entry["url"] for entry in entries if entry["current"]] == ["/desk/cases/"]


def test_no_component_carries_a_template_tag_between_its_attributes():
    """Cotton would read `{% if … %} hint="…"` as attributes and draw the hint always."""
    wrong = []
    for path in sorted(ROOT.glob("tongban/*/templates/**/*.html")):
        compiled = engines["django"].from_string(CottonCompiler().process(path.read_text(encoding="utf-8")))
        for node in compiled.template.nodelist.get_nodes_by_type(CottonComponentNode):
            if any("%" in name or name == "endif" for name in node.attrs):
                wrong.append((str(path.relative_to(ROOT)), node.component_name))
    assert wrong == []


@pytest.mark.parametrize("address", ["/verify/%00/", "/items/%00/", "/search/?q=%00", "/track/?%00=1"])
def test_an_address_with_characters_no_text_has_is_a_bad_request_not_a_fault(client, address):
    assert client.get(address).status_code == 400


@pytest.mark.parametrize(
    ("path", "label"),
    [
        ("/desk/figures/organs", "下放"),
        ("/desk/versions/3/", "事项管理"),
        ("/desk/cases/123/", "全部办件"),
        ("/desk/", "待办"),
    ],
)
def test_the_rail_marks_the_entry_a_page_is_reached_from(path, label):
    assert [str(entry["label"]) for entry in context.desk_entries(path) if entry["current"]] == [label]
