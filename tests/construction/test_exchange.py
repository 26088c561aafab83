"""The export in the shape of the ministry's exchange tables, and the command that gives it."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from typer.testing import CliRunner

from config.cli.app import app
from tests import city
from tests.construction import project as at_work
from tongban.construction.actions import projects
from tongban.construction.queries import exchange
from tongban.construction.rules.firms import Firm
from tongban.engine.refusal import Refused
from tongban.people.rules import system

pytestmark = pytest.mark.django_db
TABLES = [
    "SPGL_DFXMSPLCXXB", "SPGL_DFXMSPLCJDXXB", "SPGL_DFXMSPLCJDSXXXB", "SPGL_XMJBXXB", "SPGL_XMDWXXB",
    "SPGL_XMSPSXBLXXB", "SPGL_XMSPSXBLXXXXB", "SPGL_XMSPSXBLTBCXXXB", "SPGL_XMSPSXPFWJXXB",
]  # fmt: skip


def exported(code: str) -> dict:
    return exchange.document(code, system("test"), city.AT)


def test_the_tables_are_those_of_the_exchange_and_every_row_names_its_project():
    row = at_work.registered()
    at_work.received(row.pk, "land")
    tables = exported(row.pk)["tables"]
    assert list(tables) == TABLES
    for name in TABLES[3:]:
        assert all((one["XMDM"], one["XZQHDM"]) == (row.pk, "511803") for one in tables[name])
    project = tables["SPGL_XMJBXXB"][0]
    assert (project["XMTZLY"], project["TDHQFS"], project["JSXZ"], project["ZTZE"]) == (
        "企业投资", "出让", "新建", "1200",
    )  # fmt: skip
    assert project["NKGSJ"] == "2026-11-02"


def test_what_happened_to_a_case_is_told_by_the_national_codes():
    row = at_work.registered()
    bundle = at_work.received(row.pk, "land")
    at_work.grant(bundle, "001004001000")
    tables = exported(row.pk)["tables"]
    case_no = bundle.members.get(item="001004001000").case_id
    codes = [one["BLZT"] for one in tables["SPGL_XMSPSXBLXXXXB"] if one["SPSXSLBM"] == case_no]
    assert codes == [1, 8, 11]
    handled = next(one for one in tables["SPGL_XMSPSXBLXXB"] if one["SPSXSLBM"] == case_no)
    assert (handled["BLSPSLBM"], handled["SPJDXH"]) == (bundle.pk, 1)


def test_what_was_refused_is_still_told_once_it_is_applied_for_again():
    row = at_work.registered()
    bundle = at_work.received(row.pk, "land")
    at_work.grant(bundle, "001004001000", refuse=True)
    again = at_work.received(row.pk, "land")
    tables = exported(row.pk)["tables"]
    told = [
        (one["BLSPSLBM"], one["SPSXSLBM"])
        for one in tables["SPGL_XMSPSXBLXXB"]
        if one["SPSXBM"] == "001004001000"
    ]
    first, second = (one.members.get(item="001004001000").case_id for one in (bundle, again))
    assert told == [(bundle.pk, first), (again.pk, second)]
    assert 13 in [one["BLZT"] for one in tables["SPGL_XMSPSXBLXXXXB"] if one["SPSXSLBM"] == first]


def test_the_units_are_the_owner_and_the_participants():
    row = at_work.registered()
    builder = Firm(
        role="builder", name="演示建筑公司", uscc="91511800MA62000186", qualification="二级", leader="张三", certificate="川1512"
    )  # fmt: skip
    projects.enter_participant(project=row.pk, firm=builder, caller=at_work.owner(), at=city.AT)
    units = exported(row.pk)["tables"]["SPGL_XMDWXXB"]
    assert [(one["DWLX"], one["DWMC"]) for one in units] == [
        ("建设单位", row.party.name),
        ("施工单位", "演示建筑公司"),
    ]


def test_the_export_takes_the_same_number_of_statements_however_much_happened():
    def statements(code: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            exported(code)
        return len(asked)

    little, much = (
        at_work.registered(),
        at_work.registered(code="2601-511803-04-01-000002", special_fire="yes"),
    )
    at_work.grant(at_work.received(little.pk, "land"), "001004001000")
    for stage in ("land", "planning", "permit"):
        at_work.through(much.pk, stage)
    assert statements(much.pk) == statements(little.pk)


def test_a_project_nobody_knows_is_refused():
    with pytest.raises(Refused, match="project_unknown"):
        exported("2601-511803-04-01-999999")


def test_the_command_lists_and_exports():
    row = at_work.registered()
    run = CliRunner().invoke
    listed = json.loads(run(app, ["construction", "list", "--json"]).stdout)
    assert [(one["code"], one["stages"]["land"], one["light"]) for one in listed] == [
        (row.pk, "open", "green")
    ]
    told = json.loads(run(app, ["construction", "export", row.pk]).stdout)
    assert (told["shape"], list(told["tables"])) == ("3.0", TABLES)
