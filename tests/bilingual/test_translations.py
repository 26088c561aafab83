"""A translation from the translator's desk to the portal: three people, no restart; stale when the Chinese moves."""

from datetime import timedelta

import msgspec
import pytest
from django.core.cache import cache
from django.db import DatabaseError, transaction

from tests import city
from tests.bilingual import translated as t
from tests.people.signing import sign_in
from tongban.bilingual import actions, queries
from tongban.bilingual.models import Message, Translation
from tongban.bilingual.rules.wording import Source
from tongban.bilingual.rules.workflow import Deed, Standing
from tongban.catalogue import actions as catalogue_actions
from tongban.catalogue import queries as catalogue
from tongban.engine.refusal import Refused
from tongban.record import queries as record

pytestmark = pytest.mark.django_db
B, W = '<span lang="bo">', '<span lang="zh-Hans" class="tb-waiting">'


def portal(client, path: str, language: str = "bo") -> str:
    client.cookies["language"] = language
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def standing(said: Message, language: str = "bo") -> str:
    said.refresh_from_db()
    shown = queries.sheet(said.pk, language, t.caller("bo_translator")).standing.value
    listed = {line.id: line.standing for line in queries.lines(said.part, language, words=said.zh)}
    assert listed[said.pk] == shown  # the list and the sheet agree
    return shown


def test_the_portal_shows_a_translation_after_the_third_signature_and_not_before(client):
    said = t.message("查进度")
    row = t.drafted(said)
    seen = [portal(client, "/")]
    row = t.decided(row, Deed.REVIEW, "bo_reviewer")
    seen.append(portal(client, "/"))
    t.decided(row, Deed.APPROVE, "service_reviewer")
    seen.append(portal(client, "/"))
    assert [f"{W}查进度</span>" in page for page in seen] == [True, True, False]
    assert [f"{B}{t.BO}</span>" in page for page in seen] == [False, False, True]
    assert t.BO not in portal(client, "/", "zh-hans") + portal(client, "/", "ii")


def test_a_withdrawn_translation_is_gone_from_the_next_page(client):
    row = t.approved(t.message("查进度"))
    assert t.BO in portal(client, "/")
    t.decided(row, Deed.WITHDRAW, "service_reviewer", "用词有误")
    assert t.BO not in portal(client, "/")


def test_a_better_translation_replaces_the_one_shown_only_when_it_is_approved(client):
    said = t.message("查进度")
    first = t.approved(said)
    better = t.drafted(said, words="ཅ་ཆ་")
    assert (t.BO in portal(client, "/"), standing(said)) == (True, "approved")
    t.decided(t.decided(better, Deed.REVIEW, "bo_reviewer"), Deed.APPROVE, "service_reviewer")
    assert [word in portal(client, "/") for word in (t.BO, "ཅ་ཆ་")] == [False, True]
    first.refresh_from_db()
    assert first.status == "withdrawn"


def test_a_translation_says_in_the_record_who_did_what():
    row = t.approved(t.message("查进度"))
    told = [(event.kind, event.by) for event in record.stream("translation", str(row.pk))]
    names = ("bo_translator", "bo_reviewer", "service_reviewer")
    kinds = ("translation_drafted", "translation_reviewed", "translation_approved")
    assert told == [(kind, t.caller(name).by) for kind, name in zip(kinds, names, strict=True)]


def test_a_returned_translation_goes_back_with_its_reason_and_needs_one():
    row = t.reviewed(t.message("查进度"))
    with pytest.raises(Refused, match="reason_missing"):
        t.decided(row, Deed.RETURN, "service_reviewer")
    row = t.decided(row, Deed.RETURN, "service_reviewer", "用词与词汇集不符")
    assert (row.status, row.note, row.reviewed_by) == ("draft", "用词与词汇集不符", "")


def test_what_changed_under_the_deciders_eyes_is_not_decided():
    said = t.message("查进度")
    row = t.drafted(said)
    t.drafted(said, words="ཅ་ཆ་")
    with pytest.raises(Refused, match="translation_moved"):
        actions.decide(
            translation=row.pk, deed=Deed.REVIEW, caller=t.caller("bo_reviewer"), at=city.AT, seen=t.BO
        )


@pytest.mark.parametrize(
    "change",
    [
        {"words": "ཅ་"},
        {"status": "draft"},
        {"status": "reviewed", "approved_by": ""},
        {"approved_by": "account:1"},
    ],
)
def test_the_database_keeps_what_was_approved(change):
    row = t.approved(t.message("查进度"))
    with pytest.raises(DatabaseError), transaction.atomic():
        Translation.objects.filter(pk=row.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        row.delete()


def test_the_database_approves_nothing_that_three_people_did_not_sign():
    row = t.reviewed(t.message("查进度"))
    with pytest.raises(DatabaseError), transaction.atomic():
        Translation.objects.filter(pk=row.pk).update(status="approved", approved_by=row.translated_by)
    row = t.drafted(t.message("我的办件"))
    with pytest.raises(DatabaseError), transaction.atomic():
        Translation.objects.filter(pk=row.pk).update(status="approved")


# Stale


def renamed(name: str, at=city.AT) -> None:
    """The guide of the item published with another name."""
    guide = catalogue.guide(catalogue.version_in_force(catalogue.item(city.ITEM).pk, at).pk)
    changed = msgspec.structs.replace(guide, name=msgspec.structs.replace(guide.name, zh=name))
    catalogue_actions.publish(guide=changed, at=at + timedelta(minutes=1), by="system:test")


def test_a_translated_guide_is_shown_until_its_chinese_moves_and_is_then_stale(client):
    name = Message.objects.get(part="guides", key=f"{city.ITEM}/name")
    summary = Message.objects.get(part="guides", key=f"{city.ITEM}/summary")
    t.approved(name, words="ཅ་ཆ་")
    t.approved(summary)
    page = portal(client, f"/items/{city.ITEM}/")
    assert f"<h1>{B}ཅ་ཆ་</span></h1>" in page
    assert f"{B}{t.BO}</span></p>" in page
    renamed("食品经营许可（新）")
    assert (standing(name), standing(summary)) == ("stale", "approved")
    page = portal(client, f"/items/{city.ITEM}/")
    assert "ཅ་ཆ་" not in page
    assert f'<h1>{W}食品经营许可（新）</span> <span class="tb-tag tb-tag--plain">' in page
    assert t.BO in page
    assert standing(name, "ii") == "untranslated"


def test_a_reader_finds_a_guide_by_words_of_its_translation_and_by_the_words_offered(client):
    name = Message.objects.get(part="guides", key=f"{city.ITEM}/name")
    t.approved(name, words="ཅ་ཆ་ཇ་")
    found = catalogue.search("ཆ་ཇ", "bo")
    assert [one.base_code for one in found] == [city.ITEM]
    assert catalogue.search("ཆ་ཇ", "ii") == []
    t.approved(t.message("退休"))
    offered = [one.base_code for one in catalogue.search(t.BO, "bo")]
    assert offered == [one.base_code for one in catalogue.search("退休", "bo")] != []


def test_a_stale_wording_is_translated_anew_and_the_former_chinese_is_shown_beside():
    name = Message.objects.get(part="guides", key=f"{city.ITEM}/name")
    before = name.zh
    t.approved(name)
    renamed("食品经营许可（新）")
    sheet = queries.sheet(name.pk, "bo", t.caller("bo_translator"))
    assert (sheet.former.zh, sheet.former.words, sheet.shown) == (before, t.BO, None)
    name.refresh_from_db()
    assert standing(name) == "stale"
    t.drafted(name, words="ཅ་ཆ་")
    assert standing(name) == "draft"
    renamed(before)
    assert standing(name) == "approved"  # the former words again: what was approved for them holds


def test_a_message_of_the_interface_that_is_worded_anew_is_stale():
    sources = [Source("请刷新页面。", "请刷新页面。", "a.html")]
    actions.say(part="signs", sources=sources, at=city.AT)
    t.approved(t.message("请刷新页面。", "signs"))
    actions.say(part="signs", sources=[Source("请刷新页面吧。", "请刷新页面吧。", "a.html")], at=city.AT)
    assert standing(t.message("请刷新页面吧。", "signs")) == "stale"
    assert not Message.objects.filter(zh="请刷新页面。", retired_at=None).exists()


def test_what_is_said_no_more_is_not_approved():
    actions.say(part="signs", sources=[Source("a/0", "旧牌")], at=city.AT)
    row = t.reviewed(t.message("旧牌", "signs"))
    actions.say(part="signs", sources=[Source("a/0", "新牌")], at=city.AT)
    with pytest.raises(Refused, match="wording_gone"):
        t.decided(row, Deed.APPROVE, "service_reviewer")


def test_telling_the_translators_again_changes_nothing():
    before = list(Message.objects.order_by("id").values())
    actions.say(part="signs", sources=queries.sign_sources(), at=city.AT + timedelta(days=1))
    assert list(Message.objects.order_by("id").values()) == before


# Coverage


def test_coverage_counts_every_wording_once_by_its_standing():
    before = {(row.part, row.language): row for row in queries.coverage()}
    assert before["letters", "bo"].count(Standing.UNTRANSLATED) == before["letters", "bo"].total > 20
    signs = [t.message(zh, "signs") for zh in ("咨询", "受理", "审查", "决定")]
    t.drafted(signs[0])
    t.reviewed(signs[1])
    t.approved(signs[2])
    t.approved(signs[3])
    sources = [
        msgspec.structs.replace(one, zh="作出决定") if one.zh == "决定" else one
        for one in queries.sign_sources()
    ]
    actions.say(part="signs", sources=sources, at=city.AT)
    after = {(row.part, row.language): row for row in queries.coverage()}
    row = after["signs", "bo"]
    total = len(queries.sign_sources())
    assert {standing.value: row.count(standing) for standing in Standing} == {
        "approved": 1,
        "reviewed": 1,
        "draft": 1,
        "stale": 1,
        "untranslated": total - 4,
    }
    assert (row.total, row.share) == (total, 1 / total)
    assert after["signs", "ii"].count(Standing.UNTRANSLATED) == total


def test_one_translation_serves_every_place_that_says_the_same():
    shared = list(Message.objects.filter(part="guides", key__contains="/materials/", zh="营业执照"))
    before = next(row for row in queries.coverage() if (row.part, row.language) == ("guides", "bo"))
    assert len(shared) > 1
    t.approved(shared[0])
    after = next(row for row in queries.coverage() if (row.part, row.language) == ("guides", "bo"))
    gained = after.count(Standing.APPROVED) - before.count(Standing.APPROVED)
    assert gained == Message.objects.filter(part="guides", zh=shared[0].zh, retired_at=None).count() > 1


def test_scenes_and_guides_are_told_and_what_only_officers_read_is_not():
    assert Message.objects.filter(part="guides", key__startswith="scenes/").count() == len(catalogue.scenes())
    interface = Message.objects.filter(part="interface")
    assert interface.filter(zh="跳到正文").exists()
    assert not interface.filter(zh="认领下一件").exists()


def test_the_shipped_city_shows_nothing_as_approved_and_says_where_its_drafts_come_from():
    assert [row.count(Standing.APPROVED) for row in queries.coverage()] == [0] * 8
    rows = Translation.objects.all()
    assert {(row.status, row.part) for row in rows} == {("draft", "interface")}
    assert all("CLDR" in row.source and "未经审校" in row.source for row in rows)
    assert rows.count() == 14  # the days of the week in both languages


# Pages


def test_the_desk_page_takes_a_translation_through_its_path(client):
    said = t.message("查进度")
    url = f"/desk/bilingual/messages/{said.pk}/bo/"
    sign_in(client, "bo_translator")
    refused = client.post(url, {"words": "查进度", "source": t.SOURCE})
    assert refused.status_code == 422
    assert "译文中没有这种语言的文字。" in refused.content.decode()
    assert client.post(url, {"words": t.BO, "source": t.SOURCE}).status_code == 302
    row = Translation.objects.get(digest=said.digest, language="bo")
    deed = f"/desk/bilingual/translations/{row.pk}/"
    assert client.post(deed + "review").status_code == 403
    sign_in(client, "bo_reviewer")
    assert 'lang="bo"' in client.get(url).content.decode()
    assert client.post(deed + "review", {"seen": row.words}).status_code == 302
    sign_in(client, "service_reviewer")
    assert client.post(deed + "approve", {"seen": row.words}).status_code == 302
    client.cookies["language"] = "bo"
    assert t.BO in client.get("/").content.decode()
    desk = client.get(url).content.decode()  # the workbench itself stays Chinese
    assert '<html lang="zh-Hans"' in desk
    assert W not in desk


def test_lists_and_coverage_ask_a_fixed_number_of_statements(client, django_assert_num_queries):
    sign_in(client, "service_reviewer")
    client.get("/desk/bilingual/")
    client.get("/desk/bilingual/")
    cache.delete("people.towns")
    with django_assert_num_queries(5):  # and the towns, asked at most once a minute
        client.get("/desk/bilingual/")
    for _ in range(2):
        with django_assert_num_queries(4):  # session, account, coverage, staff
            client.get("/desk/bilingual/")
        with django_assert_num_queries(4):  # session, account, lines, coverage
            client.get("/desk/bilingual/bo/guides/?only=untranslated")
        t.approved(t.message("查进度" if _ else "我的办件"))


def test_a_portal_page_in_tibetan_asks_once_for_its_words(client, django_assert_max_num_queries):
    t.approved(t.message("查进度"))
    portal(client, "/")
    client.cookies["language"] = "zh-hans"
    with django_assert_max_num_queries(10) as chinese:
        client.get("/")
    client.cookies["language"] = "bo"
    with django_assert_max_num_queries(11) as tibetan:
        client.get("/")
    assert len(tibetan) == len(chinese) + 1
