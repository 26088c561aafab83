"""Deeds: a power moves to towns only when two officers, the towns and the law agree (M27)."""

from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from zlib import crc32

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from PIL import Image

from tests import city
from tests.people.signing import sign_in
from tongban.catalogue import queries as catalogue
from tongban.catalogue.actions import Paper
from tongban.catalogue.models import Devolution
from tongban.catalogue.rules.duties import Seat
from tongban.catalogue.rules.guide import Basis, Text
from tongban.engine.competence import Mode
from tongban.engine.refusal import Refused
from tongban.people import queries as people
from tongban.people.rules import Role
from tongban.record import queries as record
from tongban.townships import actions, queries, rules
from tongban.townships.models import Deed

AT = datetime(2026, 11, 3, 2, 0, tzinfo=UTC)
DAY = date(2026, 11, 3)
TOWN, BARE, COUNTY = "511802101", "511802001", "511802"  # 草坝镇 has officers, 东城街道 has none
ITEM = city.ITEM
ALL = list(rules.CHECKS)


# Rules


def test_a_town_takes_over_only_what_it_is_ready_for():
    rules.ready({TOWN: ALL})
    with pytest.raises(Refused) as refused:
        rules.ready({TOWN: ALL, BARE: ["seal", "window"]})
    assert refused.value.facts == {"towns": {BARE: ["training", "system", "trial"]}}


@pytest.mark.parametrize(
    ("roles", "enough"),
    [
        ({Role.CLERK, Role.EXAMINER, Role.APPROVER}, True),
        ({Role.CLERK, Role.EXAMINER, Role.APPROVER, Role.DELIVERER}, True),
        ({Role.CLERK, Role.APPROVER}, False),
        (set(), False),
    ],
)
def test_somebody_must_receive_examine_and_decide_in_it(roles, enough):
    """行政许可法 Art 34."""
    if enough:
        assert rules.staffed({TOWN: roles}) is None
    else:
        with pytest.raises(Refused, match="town_without_officers"):
            rules.staffed({TOWN: roles})


@pytest.mark.parametrize(
    ("mode", "agreement", "first", "last", "code"),
    [
        (Mode.DELEGATION, True, DAY, DAY, None),
        (Mode.DELEGATION, False, DAY, DAY, "agreement_missing"),
        (Mode.DELEGATION, True, DAY, None, "period_missing"),
        (Mode.BY_LAW, False, DAY, None, None),
        (Mode.AUTHORISATION, False, DAY, None, None),
        (Mode.BY_LAW, False, DAY - timedelta(days=1), None, "begins_in_the_past"),
    ],
)
def test_a_delegation_is_a_written_agreement_for_a_period_and_nothing_takes_effect_backwards(
    mode, agreement, first, last, code
):
    """行政许可法 Art 24."""
    asked = {"agreement": agreement, "first": first, "last": last, "today": DAY}
    if code is None:
        assert rules.paper(mode, **asked) is None
    else:
        with pytest.raises(Refused, match=code):
            rules.paper(mode, **asked)


@pytest.mark.parametrize(
    ("department", "division", "role", "proposes", "confirms"),
    [
        ("market_regulation", "511802", Role.EDITOR, True, False),
        ("market_regulation", "511802", Role.ORGAN_HEAD, False, True),
        ("government_services", "511802", Role.EDITOR, True, False),
        ("government_services", "511800", Role.SERVICE_REVIEWER, False, True),  # the city covers its counties
        ("government_services", "511803", Role.EDITOR, False, False),  # another county
        ("water", "511802", Role.EDITOR, False, False),  # another department
        ("water", "511802", Role.ORGAN_HEAD, False, False),
        ("market_regulation", "511802", Role.APPROVER, False, False),
        ("township", "511802101", Role.ORGAN_HEAD, False, False),  # the town that would receive it
    ],
)
def test_the_department_or_the_service_organ_proposes_and_another_post_confirms(
    department, division, role, proposes, confirms
):
    seats = [Seat(department, division, frozenset({role}))]
    asked = ("market_regulation", COUNTY)
    assert (rules.may_propose(seats, *asked), rules.may_confirm(seats, *asked)) == (proposes, confirms)


# Deeds


def pdf(words: str = "agreement"):
    """An agreement as a picture, another one for other words; it is looked at by the same rules as every upload."""
    out = BytesIO()
    Image.new("RGB", (8, 8), f"#{crc32(words.encode()):08x}"[:7]).save(out, "PNG")
    return SimpleUploadedFile(f"{words}.png", out.getvalue(), content_type="image/png")


def proposed(
    mode: Mode = Mode.DELEGATION,
    by: str = "yucheng_editor",
    towns=None,
    at=AT,
    file: str = "agreement",
    item: str = ITEM,
    **said,
) -> Deed:
    law = Basis(law=Text(zh="《中华人民共和国行政许可法》", en=""), rank=1, article="第二十四条")
    day = people.today(at)
    given = {"notice_on": day, "effective_from": day, "effective_to": day + timedelta(days=365), **said}
    paper = Paper(mode=mode, basis=law, instrument="雨市监委〔2026〕1号", notice_at="区政府网站", **given)
    return actions.propose_grant(
        item=item, county=COUNTY, towns={TOWN: ALL} if towns is None else towns, paper=paper,
        agreement=pdf(file) if file else None, caller=city.caller(by, at), at=at,
    )  # fmt: skip


def confirmed(deed: Deed, by: str = "yucheng_head", at=AT) -> Deed:
    return actions.decide(deed=deed.pk, confirm=True, note="同意", caller=city.caller(by, at), at=at)


def acting(day: date) -> int:
    return catalogue.competent(ITEM, TOWN, day).acting


@pytest.mark.django_db
def test_a_power_moves_when_another_officer_confirms_and_the_record_names_both():
    county, town = (
        people.organ_by_key("511802-market_regulation").pk,
        people.organ_by_key(f"{TOWN}-township").pk,
    )
    deed = proposed()
    assert acting(DAY) == county  # a proposal moves nothing
    done = confirmed(deed)
    assert (done.outcome, done.made.powers.count(), acting(DAY)) == ("confirmed", 1, town)
    told = [(event.kind, event.by) for event in record.stream("deed", str(deed.pk))]
    editor, head = (
        f"account:{people.account_by_username(who).pk}" for who in ("yucheng_editor", "yucheng_head")
    )
    assert told == [("deed_proposed", editor), ("deed_confirmed", head)]
    (event,) = record.stream("devolution", str(done.made_id))
    assert (event.by, event.facts["proposed_by"], event.facts["deed"]) == (head, editor, deed.pk)
    assert event.facts["agreement"] == deed.agreement["digest"]


@pytest.mark.django_db
def test_nobody_confirms_what_he_proposed_and_nothing_is_decided_twice():
    deed = proposed()
    people_who_may = people.account_by_username("yucheng_head")
    own = proposed_by_the_head()
    with pytest.raises(Refused, match="own_deed"):
        confirmed(own)
    with pytest.raises(Refused, match="deed_not_yours"):
        confirmed(deed, by="yucheng_editor")
    rejected = actions.decide(deed=deed.pk, confirm=False, caller=city.caller("yucheng_head"), at=AT)
    assert (rejected.outcome, rejected.decided_by_id, rejected.made) == ("rejected", people_who_may.pk, None)
    with pytest.raises(Refused, match="deed_decided"):
        confirmed(deed)
    with pytest.raises(DatabaseError), transaction.atomic():
        Deed.objects.filter(pk=deed.pk).update(note="other")
    assert not Devolution.objects.filter(item__base_code=ITEM).exists()


def proposed_by_the_head() -> Deed:
    """The head holds an editor's post at the service organ too, and proposes."""
    from tongban.people import actions as people_actions
    from tongban.people.seeding import SEEDING

    people_actions.grant_post(
        account=people.account_by_username("yucheng_head").pk,
        organ=people.organ_by_key("511802-government_services").pk,
        title="事项管理员", roles={Role.EDITOR.value}, valid_from=date(2023, 6, 30), caller=SEEDING, at=AT,
    )  # fmt: skip
    return proposed(Mode.BY_LAW, by="yucheng_head")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"by": "yucheng_clerk"}, "deed_not_yours"),
        ({"by": "market_editor"}, None),  # the city's department covers its counties
        ({"towns": {}}, "towns_missing"),
        ({"towns": {"511803001": ALL}}, "town_unknown"),
        ({"towns": {TOWN: ["seal"]}}, "town_not_ready"),
        ({"towns": {BARE: ALL}}, "town_without_officers"),
        ({"effective_to": None}, "period_missing"),
        ({"effective_from": DAY - timedelta(days=1)}, "begins_in_the_past"),
        ({"notice_on": DAY + timedelta(days=1)}, "devolution_unlawful"),
    ],
)
def test_what_may_be_proposed(said, code):
    if code is None:
        assert proposed(**said).outcome is None
        return
    with pytest.raises(Refused, match=code):
        proposed(**said)
    assert not Deed.objects.exists()


@pytest.mark.django_db
def test_what_changed_since_the_proposal_is_looked_at_again():
    first, second = proposed(), proposed(Mode.BY_LAW)
    confirmed(first)
    with pytest.raises(Refused, match="devolution_unlawful"):
        confirmed(second)
    assert Deed.objects.get(pk=second.pk).outcome is None
    with pytest.raises(Refused, match="begins_in_the_past"):
        confirmed(proposed(file="later", effective_from=DAY + timedelta(days=400), effective_to=DAY + timedelta(days=500)),
                  at=AT + timedelta(days=401))  # fmt: skip


LAST = DAY + timedelta(days=365)


def renewal(
    made: Devolution, by: str = "yucheng_editor", towns=None, at=AT, file: str = "renewed", **said
) -> Deed:
    given = {
        "instrument": "雨市监委〔2027〕2号",
        "notice_on": DAY,
        "until": LAST + timedelta(days=365),
        **said,
    }
    return actions.propose_renewal(
        devolution=made.pk, towns={TOWN: ALL} if towns is None else towns, notice_at="",
        agreement=pdf(file) if file else None, caller=city.caller(by, at), at=at, **given,
    )  # fmt: skip


@pytest.mark.django_db
def test_a_renewal_begins_the_day_after_and_names_its_own_document():
    made = confirmed(proposed()).made
    renewed = confirmed(renewal(made)).made
    papers = {
        day: catalogue.competent(ITEM, TOWN, day).instrument for day in (LAST, LAST + timedelta(days=1))
    }
    assert list(papers.values()) == ["雨市监委〔2026〕1号", "雨市监委〔2027〕2号"]
    assert renewed.mode == Mode.DELEGATION
    with pytest.raises(Refused, match="nothing_to_renew"):
        queries.renewed_from(renewed.pk, [TOWN], DAY)  # it has not begun


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({}, None),
        ({"by": "yucheng_clerk"}, "deed_not_yours"),
        ({"towns": {}}, "towns_missing"),
        ({"towns": {"511803001": ALL}}, "town_unknown"),
        ({"towns": {TOWN: ["seal"]}}, "town_not_ready"),
        ({"towns": {BARE: ALL}}, "town_without_officers"),
        ({"file": ""}, "agreement_missing"),
        ({"file": "agreement"}, "agreement_of_another"),  # that of the period that ends
        ({"notice_on": LAST + timedelta(days=2)}, "devolution_unlawful"),
        ({"until": LAST}, "devolution_unlawful"),
    ],
)
def test_a_renewal_is_looked_at_like_the_first_deed(said, code):
    """行政许可法 Art 24."""
    made = confirmed(proposed()).made
    if code is None:
        assert renewal(made, **said).outcome is None
        return
    with pytest.raises(Refused, match=code):
        renewal(made, **said)


@pytest.mark.django_db
def test_a_renewal_is_confirmed_by_another_officer_and_looked_at_again():
    made = confirmed(proposed()).made
    deed = renewal(made)
    with pytest.raises(Refused, match="deed_not_yours"):
        confirmed(deed, by="yucheng_editor")
    ended = actions.propose_recall(
        devolution=made.pk, towns=[TOWN], last_day=DAY + timedelta(days=9), reason="承接能力不足",
        caller=city.caller("yucheng_editor"), at=AT,
    )  # fmt: skip
    confirmed(ended)
    with pytest.raises(Refused, match="nothing_to_renew"):  # what was recalled since does not come back by it
        confirmed(deed)
    assert acting(LAST + timedelta(days=1)) == people.organ_by_key("511802-market_regulation").pk


@pytest.mark.parametrize(
    ("earlier", "code"),
    [
        ([], None),
        ([rules.Agreed(1, "1号", DAY, LAST)], None),  # of another item or town, by the same document
        ([rules.Agreed(2, "1号", DAY, LAST)], "agreement_of_another"),
        ([rules.Agreed(1, "2号", DAY, LAST)], "agreement_of_another"),
        ([rules.Agreed(1, "1号", DAY, LAST), rules.Agreed(1, "1号", DAY, None)], "agreement_of_another"),
    ],
)
def test_an_agreement_covers_the_organ_the_document_and_the_period_it_names(earlier, code):
    """行政许可法 Art 24."""
    mine = rules.Agreed(1, "1号", DAY, LAST)
    if code is None:
        assert rules.covered(mine, earlier) is None
    else:
        with pytest.raises(Refused, match=code):
            rules.covered(mine, earlier)


@pytest.mark.django_db
def test_a_rejected_deed_leaves_its_agreement_to_the_next():
    actions.decide(deed=proposed().pk, confirm=False, caller=city.caller("yucheng_head"), at=AT)
    assert proposed(effective_to=LAST + timedelta(days=1)).outcome is None


@pytest.mark.django_db
def test_a_recall_ends_the_power_at_the_close_of_a_day_to_come():
    made = confirmed(proposed()).made
    editor, county = city.caller("yucheng_editor"), people.organ_by_key("511802-market_regulation").pk
    asked = {"devolution": made.pk, "towns": [TOWN], "caller": editor, "at": AT}
    for last_day, reason, code in (
        (DAY - timedelta(days=1), "承接能力不足", "ends_in_the_past"),
        (DAY, "差", "recall_reason_missing"),
    ):
        with pytest.raises(Refused, match=code):
            actions.propose_recall(last_day=last_day, reason=reason, **asked)
    confirmed(actions.propose_recall(last_day=DAY, reason="承接能力不足", **asked))
    assert acting(DAY) != county
    assert acting(DAY + timedelta(days=1)) == county


# Pages


@pytest.fixture
def editor(client):
    sign_in(client, "yucheng_editor")
    return client


@pytest.mark.django_db
def test_the_pages_take_a_proposal_to_its_confirmation(editor, django_user_model):
    now = people.today(datetime.now(UTC))
    form = {
        "mode": "delegation", "law": "《中华人民共和国行政许可法》", "article": "第二十四条", "rank": "1",
        "instrument": "雨市监委〔2026〕9号", "notice_on": now.isoformat(), "notice_at": "区政府网站",
        "first_day": now.isoformat(), "last_day": (now + timedelta(days=30)).isoformat(),
        "towns": [TOWN, BARE], "checks": [f"{TOWN}:{check}" for check in ALL],
    }  # fmt: skip
    url = f"/desk/devolution/new/{ITEM}/?county={COUNTY}"
    refused = editor.post(url, form | {"file": pdf()})
    page = refused.content.decode()
    assert refused.status_code == 422
    assert "东城街道：人员培训合格、印章或者用印授权到位" in page
    assert "雨市监委〔2026〕9号" in page  # nothing typed is lost
    done = editor.post(url, form | {"towns": [TOWN], "file": pdf()})
    deed = Deed.objects.get()
    assert (done.status_code, done.headers["Location"]) == (302, f"/desk/devolution/deeds/{deed.pk}/")
    own = editor.get(f"/desk/devolution/deeds/{deed.pk}/").content.decode()
    assert "您提出了这一项，不能自己确认。" in own
    assert editor.get(f"/desk/devolution/deeds/{deed.pk}/agreement").headers["Content-Type"] == "image/png"
    assert editor.post(f"/desk/devolution/deeds/{deed.pk}/", {"outcome": "confirmed"}).status_code == 403
    sign_in(editor, "yucheng_head")
    for posted in ({"note": "同意"}, {"note": "同意", "outcome": "sure"}):  # an opinion is no decision
        undecided = editor.post(f"/desk/devolution/deeds/{deed.pk}/", posted)
        assert undecided.status_code == 422
        assert "“办理结果”没有选择" in undecided.content.decode()
    deed.refresh_from_db()
    assert (deed.outcome, deed.note) == (None, "")
    with pytest.raises(DatabaseError), transaction.atomic():
        Deed.objects.filter(pk=deed.pk).update(note="同意")
    assert editor.post(f"/desk/devolution/deeds/{deed.pk}/", {"outcome": "confirmed"}).status_code == 302
    register = editor.get(f"/desk/devolution/?county={COUNTY}&q=食品经营许可（新办）").content.decode()
    assert "雨市监委〔2026〕9号" in register


@pytest.mark.django_db
def test_anybody_sees_who_handles_what_in_a_town_and_in_whose_name(client):
    page = client.get("/towns/511823101/?q=农药经营许可（新办）").content.decode()
    assert "由汉源县九襄镇人民政府办理" in page
    assert "以汉源县农业农村局的名义作出决定" in page
    assert client.get("/towns/511823999/").status_code == 404


@pytest.mark.django_db
def test_the_guide_names_the_organ_of_the_town_chosen(client):
    guide = next(row.guide for row in catalogue.items() if row.guide.name.zh == "农药经营许可（新办）")
    url = f"/items/{guide.base_code}/"
    client.get("/counties/511823/")
    assert "这个事项由乡镇（街道）办理" in client.get(url).content.decode()
    client.get("/counties/511823101/")
    page = client.get(url).content.decode()
    assert "由汉源县九襄镇人民政府受委托办理" in page
    assert "文书和证照以汉源县农业农村局的名义作出" in page


@pytest.mark.django_db
def test_the_api_answers_who_is_competent(client):
    guide = next(row.guide for row in catalogue.items() if row.guide.name.zh == "农药经营许可（新办）")
    url = f"/api/items/{guide.base_code}/competence"
    said = client.get(f"{url}/511823101", {"on": "2026-11-03"}).json()
    assert (said["acting"]["zh"], said["seal"], said["mode"]) == (
        "汉源县九襄镇人民政府", "汉源县农业农村局", "delegation",
    )  # fmt: skip
    assert "以汉源县农业农村局为被申请人，向汉源县人民政府申请行政复议" in said["remedies"][0]["zh"]
    assert client.get(f"{url}/511823").json()["mode"] is None
    assert client.get(f"{url}/5118").status_code == 422
