"""The catalogue as a document: out and in without loss in both formats; every fault is named by its place."""

import json
from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from config import cli
from tests.catalogue.test_lint import FOOD
from tests.catalogue.test_shipped import SHIPPED
from tests.people.signing import sign_in
from tongban.catalogue import queries, shipped
from tongban.catalogue.forms import exchange, exports
from tongban.catalogue.forms.exchange import Format
from tongban.catalogue.models import ItemVersion, Workbook
from tongban.catalogue.rules.guide import Limit, Result, Source, Support, Text, Unit

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
BOTH = pytest.mark.parametrize("form", list(Format))


def document(*wanted, form):
    return exchange.write(wanted, form=form, city="雅安", at=AT)


@BOTH
def test_all_shipped_guides_go_out_and_come_in_without_loss(form):
    wanted = list(shipped.guides())
    reading = exchange.read(document(*wanted, form=form))
    assert (len(wanted), reading) == (612, exchange.Reading(wanted, []))


words = st.text(st.characters(blacklist_categories=("Cs",)), max_size=30)
texts = st.builds(Text, zh=words, en=words)
limits = st.builds(Limit, amount=st.integers(0, 500), unit=st.sampled_from(Unit))
results = st.builds(
    Result, name=texts, kind=st.sampled_from(["licence", "document", "certificate", "plaque"])
)


@BOTH
@settings(max_examples=25, deadline=None)
@given(
    text=texts, none=st.none() | texts, limit=limits, result=results, visits=st.integers(0, 9),
    source=st.sampled_from(Source), supports=st.lists(st.sampled_from(Support)), demo=st.booleans(),
)  # fmt: skip
def test_whatever_a_guide_says_it_comes_back_the_same(
    form, text, none, limit, result, visits, source, supports, demo
):
    material = replace(FOOD.materials[0], source=source, issuer=none, how=none, name=text)
    changed = replace(
        FOOD, name=text, conditions=[text], statutory=limit, result=result, visits=visits, visits_reason=none,
        rights=none, materials=[material], demo=demo, service=replace(FOOD.service, supports=supports),
        steps=[replace(FOOD.steps[0], limit=limit), replace(FOOD.steps[0], limit=None)],
    )  # fmt: skip
    assert exchange.read(document(changed, form=form)) == exchange.Reading([changed], [])


def test_the_standard_document_says_elements_and_codes():
    (item,) = json.loads(document(FOOD, form=Format.GBT39046))["items"]
    told = {name: item[name] for name in ("事项名称", "基本编码", "事项类型", "办件类型", "是否收费")}
    assert told == {
        "事项名称": FOOD.name.zh,
        "基本编码": FOOD.base_code,
        "事项类型": "01",
        "办件类型": "2",
        "是否收费": "0",
    }
    assert item["扩展"]["name"] == {"en": FOOD.name.en}


def test_a_code_another_system_changed_is_what_counts():
    said = json.loads(
        document(
            replace(FOOD, materials=[replace(FOOD.materials[0], source=Source.SHARED)]), form=Format.GBT39046
        )
    )
    said["items"][0]["申请材料"][0]["来源渠道"] = "99"
    (guide,) = exchange.read(json.dumps(said).encode()).guides
    assert guide.materials[0].source == Source.OTHER


def planted(form, path, value):
    """A document of one guide with `value` at `path`; None takes it away."""
    said = json.loads(document(FOOD, form=form))
    place = said
    for name in path[:-1]:
        place = place[name]
    if value is None:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return json.dumps(said).encode()


OWN = [
    (("format",), "atom", "$.format"),
    (("format",), ["atom"], "$.format"),
    (("version",), 2, "$.version"),
    (("version",), "1", "$.version"),
    (("version",), None, "$.version"),
    (("time",), "today", "$.time"),
    (("owner",), "x", "$.owner"),
    (("items",), {}, "$.items"),
    (("items", 0), 7, "$.items[0]"),
    (("items", 0, "name", "zh"), 7, "$.items[0].name.zh"),
    (("items", 0, "name"), None, "$.items[0].name"),
    (("items", 0, "colour"), "red", "$.items[0].colour"),
    (("items", 0, "kind"), "tax", "$.items[0].kind"),
    (("items", 0, "instant"), 1, "$.items[0].instant"),
    (("items", 0, "materials", 1, "copies"), "two", "$.items[0].materials[1].copies"),
    (("items", 0, "materials", 1, "when"), {"a": "b"}, "$.items[0].materials[1].when"),
]
GB = [
    (("items", 0), [], "$.items[0]"),
    (("items", 0, "事项名称"), None, "$.items[0].事项名称"),
    (("items", 0, "事项名称"), 7, "$.items[0].事项名称"),
    (("items", 0, "颜色"), "红", "$.items[0].颜色"),
    (("items", 0, "事项类型"), "02", "$.items[0].事项类型"),
    (("items", 0, "事项类型"), {}, "$.items[0].事项类型"),
    (("items", 0, "行使层级"), ["3", "9"], "$.items[0].行使层级[1]"),
    (("items", 0, "行使层级"), "3", "$.items[0].行使层级"),
    (("items", 0, "法定办结时限"), "二十", "$.items[0].法定办结时限"),
    (("items", 0, "是否收费"), "1", "$.items[0].是否收费"),
    (("items", 0, "申请材料"), {}, "$.items[0].申请材料"),
    (("items", 0, "申请材料", 1), "x", "$.items[0].申请材料[1]"),
    (("items", 0, "申请材料", 1, "份数"), "二", "$.items[0].申请材料[1].份数"),
    (("items", 0, "申请材料", 1, "扩展", "code"), None, "$.items[0].申请材料[1].扩展.code"),
    (("items", 0, "申请材料", 1, "扩展", "name"), "x", "$.items[0].申请材料[1].扩展.name.zh"),
    (("items", 0, "扩展"), "x", "$.items[0].扩展"),
    (("items", 0, "扩展", "name", "zh"), "x", "$.items[0].扩展.name.zh"),
    (("items", 0, "扩展", "service"), {"colour": 1}, "$.items[0].扩展.service.colour"),
    (("items", 0, "扩展", "questions", 0, "ask", "en"), None, "$.items[0].扩展.questions[0].ask.en"),
]


@pytest.mark.parametrize(
    ("form", "path", "value", "place"),
    [(Format.JSON, *row) for row in OWN] + [(Format.GBT39046, *row) for row in GB],
)
def test_a_fault_is_told_at_its_place_with_the_mend(form, path, value, place):
    reading = exchange.read(planted(form, path, value))
    assert (reading.guides, place in [fault.place for fault in reading.faults]) == ([], True), reading.faults
    assert all(fault.words.zh and fault.words.en for fault in reading.faults)


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (b"", "1:1"), (b'{\n "format": x}', "2:12"), (b"PK\x03\x04", "1:1"), (b"\xff\xfe{", "1:1"),
        (b"[" * 200_000, "1:1"), (b'"\\ud800"', None), (b"[]", "$"), (b"null", "$"), (b'{"a": "\xff"}', None),
        (b'{"format": "x",\n "items', "2:8"),
    ],
)  # fmt: skip
def test_what_is_no_document_is_told_and_never_raises(content, place):
    (fault,) = exchange.read(content).faults
    assert place in (None, fault.place)


@BOTH
def test_one_fault_leaves_the_other_guides_and_all_faults_are_told(form):
    said = json.loads(document(*SHIPPED[:3], form=form))
    said["items"][1] = {}
    said["items"].append(said["items"][0])
    reading = exchange.read(b"\xef\xbb\xbf" + json.dumps(said).encode())
    assert reading.guides == [SHIPPED[0], SHIPPED[2]]
    assert len(reading.faults) > 10 and reading.faults[-1].place == "$.items[3]"
    assert len({fault.place for fault in reading.faults}) == len(reading.faults)


def run(monkeypatch, capsysbinary, *said):
    monkeypatch.setenv("DATABASE_URL", "the one of the tests")
    monkeypatch.setattr("sys.argv", ["tongban", "catalogue", *said])
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    return stopped.value.code or 0, capsysbinary.readouterr().out


@pytest.mark.django_db
@pytest.mark.parametrize("form", ["xlsx", "json", "gbt39046"])
def test_the_command_line_exports_what_it_checks(form, monkeypatch, capsysbinary, tmp_path):
    file = tmp_path / "catalogue"
    said = ("export", "--format", form, "--department", "justice", "--out", str(file))
    code, _ = run(monkeypatch, capsysbinary, *said)
    wanted = [row.guide for row in queries.items() if row.guide.department == "justice"]
    assert (code, exports.check(file.read_bytes()).guides) == (0, wanted)
    code, out = run(monkeypatch, capsysbinary, "check", str(file))
    assert (code, f"{len(wanted)} 个事项" in out.decode()) == (0, True)


def test_the_command_line_tells_a_fault_and_ends_with_one(monkeypatch, capsysbinary, tmp_path):
    file = tmp_path / "catalogue.json"
    file.write_bytes(planted(Format.JSON, ("items", 0, "kind"), "tax"))
    code, out = run(monkeypatch, capsysbinary, "check", "--json", str(file))
    (fault,) = json.loads(out)
    assert (code, fault["where"]) == (1, "$.items[0].kind")


@pytest.mark.django_db
@pytest.mark.parametrize(("form", "kind"), [("json", Format.JSON), ("gbt39046", Format.GBT39046)])
def test_the_workbench_gives_an_item_in_either_format(client, form, kind):
    sign_in(client, "yucheng_clerk")
    answer = client.get(reverse("catalogue:export"), {"item": FOOD.base_code, "format": form})
    said = json.loads(answer.content)
    assert (answer["Content-Type"], said["format"], said["city"]) == ("application/json", kind, "雅安市")
    assert exchange.read(answer.content).guides == [FOOD]


def handed_in(client, content: bytes, name: str = "items.json"):
    """The answer to handing a file in on the workbench, following to the page that checks it."""
    sign_in(client, "editor")
    file = SimpleUploadedFile(name, content)
    return client.post(reverse("catalogue:workbook"), {"file": file}, follow=True)


@pytest.mark.django_db
@BOTH
def test_a_document_is_checked_and_imported_on_the_workbench_like_a_workbook(client, form):
    changed = replace(queries.items()[3].guide, visits=0, synonyms=["一个新的叫法"])
    page = handed_in(client, document(changed, form=form)).content.decode()
    assert ("检查通过" in page, changed.name.zh in page) == (True, True)
    digest = Workbook.objects.get().digest
    assert client.post(reverse("catalogue:workbook_check"), {"digest": digest}).status_code == 302
    draft = ItemVersion.objects.get(status="draft", item__base_code=changed.base_code)
    assert queries.guide(draft.pk).synonyms == ["一个新的叫法"]


@pytest.mark.django_db
def test_a_fault_of_a_document_is_named_by_its_place_and_nothing_is_imported(client):
    plain = json.loads(document(FOOD, form=Format.JSON))
    plain["items"][0]["promised"]["unit"] = "fortnights"
    page = handed_in(client, json.dumps(plain).encode()).content.decode()
    assert ("没有导入任何内容" in page, "$.items[0].promised.unit" in page, "确认导入" in page) == (
        True,
        True,
        False,
    )


@pytest.mark.django_db
def test_a_finding_about_a_document_is_named_by_item_and_part(client):
    page = handed_in(client, document(replace(FOOD, basis=[]), form=Format.JSON)).content.decode()
    assert ("没有导入任何内容" in page, FOOD.base_code in page) == (True, True)


@pytest.mark.django_db
@pytest.mark.parametrize("content", [b"", b"hello", b"PK\x03\x04 no workbook", b"\xff\xfe{}"])
def test_a_file_that_is_neither_is_refused_with_what_to_do(client, content):
    answer = handed_in(client, content)
    assert answer.status_code == 422
