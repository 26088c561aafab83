"""Files as answers of a form: given on their page, kept whatever else is wrong, signed, opened, told if they are bad."""

import json
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from msgspec.structs import replace

from config import demo
from tests import city
from tests.cases import attached, test_bundles
from tests.cases.attached import FIELD, SECTION, begun, fill, filled, give, picture, received
from tests.cases.test_application_form import words
from tests.people.signing import sign_in
from tests.test_api_contract import bearer
from tongban.cases.actions import archive, bundles, correction, drafts, letters, notice, submission
from tongban.cases.models import Bundle, Case, Draft, Letter, Upload
from tongban.cases.queries import applications, desk, documents, opened, signatures, subjects
from tongban.cases.rules.application import field_of, files_by_field, of_field
from tongban.catalogue import actions as catalogue_actions
from tongban.catalogue import queries as catalogue
from tongban.catalogue.rules.guide import Field, FieldKind, Text
from tongban.engine.refusal import Refused
from tongban.kit import files

pytestmark = pytest.mark.django_db
AT = city.AT


def owner():
    return city.caller("wang_xiaomei")


def given(draft: Draft) -> list[str]:
    """Names of the files given for the field."""
    found = applications.application(Draft.objects.get(pk=draft.pk))
    return sorted(file.name for file in found.attached.get(FIELD, []))


def complete(draft: Draft) -> bool:
    return SECTION in Draft.objects.get(pk=draft.pk).complete


# Rules


@pytest.mark.parametrize(("material", "field"), [("field:photo", "photo"), ("photo", ""), ("field", "")])
def test_a_file_stands_under_its_field_where_no_material_can_stand(material, field):
    assert field_of(material) == field
    assert of_field("photo") == "field:photo"


def test_files_are_told_by_field_in_their_order():
    first, second, other = (Upload(material=code, name=name) for code, name in
                            [("field:a", "1"), ("field:a", "2"), ("lease", "3")])  # fmt: skip
    assert files_by_field([first, other, second]) == {"a": [first, second]}


# Drafts


def test_a_file_is_the_answer_of_its_field_and_of_no_other():
    draft = begun()
    kept = give(draft)
    assert (kept.material, kept.name, kept.draft_id) == (of_field(FIELD), "树.png", draft.pk)
    for code in ("green_address", "restoration_plan", "nothing"):
        with pytest.raises(Refused, match="field_takes_no_file"):
            drafts.attach_to_field(draft=draft.pk, field=code, file=picture(), caller=owner(), at=AT)
    with pytest.raises(Refused, match="unknown_material"):
        drafts.attach(draft=draft.pk, material=of_field(FIELD), file=picture(), caller=owner(), at=AT)


def test_the_same_file_given_again_is_the_one_given_before():
    draft = begun()
    assert give(draft).pk == give(draft, picture("另一个名字")).pk
    assert given(draft) == ["树.png"]


def test_more_files_than_the_field_takes_are_refused():
    draft = begun()
    for number in range(6):
        give(draft, picture(str(number), f"#0000{number}0"))
    with pytest.raises(Refused) as told:
        give(draft, picture("7", "red"))
    assert (told.value.code, told.value.facts["most"], told.value.facts["name"]) == (
        "too_many_files",
        6,
        "7.png",
    )


def test_a_form_without_its_files_is_not_complete_and_says_so():
    with pytest.raises(Refused) as told:
        fill(begun())
    assert told.value.facts["errors"] == [
        {
            "field": FIELD,
            "rule": "required",
            "message": "请选择要上传的现状照片",
            "pointer": f"/answers/{FIELD}",
        }
    ]


def test_the_answer_is_the_files_named_the_others_are_taken_back():
    draft = begun()
    first, second = give(draft, picture("1", "red")), give(draft, picture("2", "blue"))
    assert FIELD not in fill(draft).form  # files stand beside the answers
    assert given(draft) == ["1.png", "2.png"]
    fill(draft, **{FIELD: [str(second.pk)]})
    assert given(draft) == ["2.png"]
    for wrong, rule in (
        ([str(first.pk)], "file_not_given"),
        ([str(second.pk)] * 2, "file_twice"),
        ([], "required"),
    ):
        with pytest.raises(Refused) as told:
            fill(draft, **{FIELD: wrong})
        assert [fault["rule"] for fault in told.value.facts["errors"]] == [rule]
    assert given(draft) == ["2.png"]


def test_a_section_that_lost_its_last_file_must_be_confirmed_again():
    draft = filled(picture("1", "red"), picture("2", "blue"))
    first, second = Upload.objects.filter(draft=draft).order_by("name")
    drafts.remove(draft=draft.pk, upload=first.pk, caller=owner(), at=AT)
    assert complete(draft)
    drafts.remove(draft=draft.pk, upload=second.pk, caller=owner(), at=AT)
    assert not complete(draft)
    with pytest.raises(Refused, match="application_incomplete"):
        submission.submit(draft=draft.pk, caller=owner(), at=AT)


def test_at_least_so_many_files_as_the_field_needs():
    attached.publish(minimum=2)
    draft = begun()
    give(draft)
    with pytest.raises(Refused) as told:
        fill(draft)
    (fault,) = told.value.facts["errors"]
    assert (fault["rule"], fault["message"]) == ("too_few", "现状照片至少 2 个文件，现有 1 个：请继续添加")
    give(draft, picture("2", "blue"))
    assert complete(fill(draft))


OLD = Field(code="old_trees", label=Text(zh="附近有古树", en="Old trees near"), kind=FieldKind.YES_NO)


def test_files_are_kept_only_under_the_answers_that_ask_for_them():
    attached.publish(OLD, only_if={"old_trees": ["yes"]})
    draft = begun()
    give(draft)
    assert complete(fill(draft, old_trees="yes")) and given(draft) == ["树.png"]
    assert complete(fill(draft, old_trees="no")) and given(draft) == []


# The page


@pytest.fixture
def page(client):
    """The owner's browser, and the address of the section of a new draft."""
    draft = begun()
    sign_in(client, "wang_xiaomei")
    return client, draft, f"/drafts/{draft.pk}/form/{SECTION}/"


RIGHT = {"tree_species": "香樟", "tree_count": "3", "largest_diameter": "20", "replanting_place": "滨江路"}


def test_the_page_tells_the_limits_before_anything_is_chosen(page):
    client, _draft, address = page
    shown = client.get(address).content.decode()
    assert 'enctype="multipart/form-data"' in shown
    assert all(part in shown for part in ('type="file"', " multiple", 'accept=".pdf,.jpg,.jpeg,.png"'))
    assert all(part in shown for part in ("PDF、JPG、PNG", "不超过 20 MB", "最多 6 个文件"))


def test_a_page_with_its_files_completes_the_section(page):
    client, draft, address = page
    answer = client.post(address, RIGHT | {FIELD: [picture("1", "red"), picture("2", "blue")]})
    assert (answer.status_code, complete(draft), given(draft)) == (302, True, ["1.png", "2.png"])


def test_files_stay_when_another_field_is_wrong_and_typed_words_stay_too(page):
    client, draft, address = page
    answer = client.post(address, RIGHT | {"tree_count": "三", FIELD: picture()})
    shown = answer.content.decode()
    assert (answer.status_code, complete(draft), given(draft)) == (422, False, ["树.png"])
    assert all(part in shown for part in ("已上传 1 个文件", "树.png", 'value="三"', 'value="香樟"'))
    assert "请选择要上传的现状照片" not in shown
    assert (client.post(address, RIGHT).status_code, complete(draft)) == (302, True)


EXECUTABLE = SimpleUploadedFile("现状.png", b"MZ\x90\x00" + b"\0" * 200, content_type="image/png")


@pytest.mark.parametrize(
    ("file", "told"),
    [
        (EXECUTABLE, "现状照片：“现状.png”没有上传。文件的实际类型不在可接受范围内。"),
        (SimpleUploadedFile("现状.heic", b"0000ftypheic"), "请上传 PDF、JPG 或 PNG 文件"),
        (SimpleUploadedFile("现状.png", b""), "现状照片：“现状.png”没有上传。文件是空的。请重新选择文件。"),
        (SimpleUploadedFile("现状.pdf", b"%PDF-1.7\nbroken"), "文件已损坏或不完整，无法打开。"),
    ],
)
def test_a_file_that_cannot_be_kept_is_told_at_its_field_with_the_mend(page, file, told):
    client, draft, address = page
    file.seek(0)
    answer = client.post(address, RIGHT | {FIELD: [file, picture()]})
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert told in shown and 'href="#id_green_photos"' in shown and 'value="香樟"' in shown
    assert (given(draft), complete(draft)) == (["树.png"], False)


def test_a_file_over_the_limit_takes_nothing_else_with_it(page, monkeypatch):
    client, draft, address = page
    monkeypatch.setattr(files.LimitedUploadHandler.__init__, "__defaults__", (None, 200))
    large = SimpleUploadedFile("大.png", b"\x89PNG" + b"0" * 400)
    answer = client.post(address, {FIELD: [large, picture()]} | RIGHT)
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "文件超过大小限制。请压缩或分拆后重新上传。" in shown and 'value="香樟"' in shown
    assert given(draft) == ["树.png"]


def test_files_that_are_too_large_together_are_told_to_come_in_steps(page, monkeypatch):
    client, draft, address = page
    chosen = [picture(str(n), f"#0000{n}0") for n in range(1, 7)]
    least = min(file.size or 0 for file in chosen)
    monkeypatch.setattr(files.LimitedUploadHandler.__init__, "__defaults__", (None, least + 1))
    assert max(file.size or 0 for file in chosen) <= least + 1
    shown = client.post(address, RIGHT | {FIELD: chosen}).content.decode()
    assert "一次上传的文件合计太大。请分几次上传。" in shown
    assert len(given(draft)) == 5


def test_files_are_added_and_taken_back_without_a_script_and_nothing_typed_is_lost_or_judged(page):
    client, draft, address = page
    typed = {"tree_species": "香樟", "tree_count": "三"}
    answer = client.post(address, typed | {FIELD: picture(), "files-add": FIELD})
    shown = answer.content.decode()
    assert (answer.status_code, given(draft)) == (200, ["树.png"])
    assert 'value="三"' in shown and "有内容需要修改" not in shown
    upload = Upload.objects.get(draft=draft)
    answer = client.post(address, typed | {"files-remove": str(upload.pk)})
    assert (answer.status_code, given(draft)) == (200, [])
    assert 'value="三"' in answer.content.decode()
    assert client.post(address, typed | {"files-remove": "nonsense"}).status_code == 200


def test_a_full_field_offers_no_further_file(client):
    attached.publish(maximum=1)
    draft = begun()
    give(draft)
    sign_in(client, "wang_xiaomei")
    address = f"/drafts/{draft.pk}/form/{SECTION}/"
    shown = client.get(address).content.decode()
    assert "要换一个文件，请先移除这一个。" in shown and 'type="file"' not in shown
    answer = client.post(address, RIGHT | {FIELD: picture("又一个", "red")})
    assert (
        answer.status_code == 422 and "文件数超过上限（最多 1 个）。请先移除一个" in answer.content.decode()
    )


def test_files_of_a_field_that_does_not_apply_are_not_kept(client):
    attached.publish(OLD, only_if={"old_trees": ["yes"]})
    draft = begun()
    sign_in(client, "wang_xiaomei")
    address = f"/drafts/{draft.pk}/form/{SECTION}/"
    assert client.post(address, RIGHT | {FIELD: picture()}).status_code == 422  # not said whether
    assert given(draft) == ["树.png"]
    assert client.post(address, RIGHT | {"old_trees": "no"}).status_code == 302
    assert (given(draft), complete(draft)) == ([], True)


def test_files_chosen_when_the_session_ends_are_there_after_signing_in(page):
    client, draft, address = page
    client.cookies.pop("sessionid", None)
    client.post(
        address, {"tree_species": "香樟", FIELD: [picture("1", "red"), EXECUTABLE, picture("2", "blue")]}
    )
    sign_in(client, "wang_xiaomei")
    shown = client.get(address).content.decode()
    assert all(part in shown for part in ("您刚才填写的内容已保留", 'value="香樟"', "1.png", "2.png"))
    assert "“现状.png”没有上传" in shown
    assert given(draft) == ["1.png", "2.png"]


def test_nobody_else_gives_or_takes_a_file(page):
    client, draft, address = page
    upload = give(draft)
    sign_in(client, "li_qiang")
    assert client.post(address, {"files-remove": str(upload.pk)}).status_code == 404
    assert client.post(address, {FIELD: picture("2", "red")}).status_code == 404
    assert given(draft) == ["树.png"]


def test_the_files_are_seen_in_the_task_list_on_the_check_page_and_in_the_form(page):
    client, draft, _address = page
    give(draft)
    assert "树.png" in client.get(f"/drafts/{draft.pk}/").content.decode()
    fill(draft)
    shown = client.get(f"/drafts/{draft.pk}/check/").content.decode()
    assert "树.png" in shown and f"/form/{SECTION}/?then=check" in shown
    printed = words(client.get(f"/drafts/{draft.pk}/application.pdf").content)
    assert "现状照片树.png" in printed


# The case


def test_electronic_signature_law_article_13_a_later_change_of_a_file_of_the_form_is_found():
    case = received()
    upload = case.uploads.get(material=of_field(FIELD))
    assert signatures.checked(case, opened.state(case)).intact
    for changed in ({"digest": "0" * 64}, {"removed_at": AT}):
        Upload.objects.filter(pk=upload.pk).update(**changed)
        assert not signatures.checked(case, opened.state(case)).intact
        Upload.objects.filter(pk=upload.pk).update(digest=upload.digest, removed_at=None)
    assert signatures.checked(case, opened.state(case)).intact


def test_a_file_added_after_the_page_was_shown_is_not_signed():
    draft = filled()
    signed = applications.signed_by(draft.pk, owner(), "password")
    give(draft, picture("后来", "red"))
    with pytest.raises(Refused, match="signed_something_else"):
        submission.submit(draft=draft.pk, caller=owner(), at=AT, signed=signed)


def test_the_officer_sees_and_opens_the_files_in_their_section(client):
    case = received(picture("1", "red"), picture("2", "blue"))
    found = opened.opened(case.pk, attached.clerk(case), AT)
    page = desk.case_page(found, attached.clerk(case))
    shown = {
        row["field"].code: sorted(str(word) for word in row["words"])
        for group in page["answers"]
        for row in group["rows"]
    }
    assert shown[FIELD] == ["1.png", "2.png"]
    (form,) = (row for row in desk.check_page(found)["rows"] if row["produced"])
    assert {file.name for file in form["attached"]} == {"1.png", "2.png"}
    response = desk.file_response(case, str(case.uploads.get(name="1.png", material=of_field(FIELD)).pk))
    assert (response["Content-Type"], response["X-Content-Type-Options"]) == ("image/png", "nosniff")
    assert b"".join(response.streaming_content).startswith(b"\x89PNG")


def test_what_was_received_says_which_files_came_with_the_form(client):
    case = received(picture("1", "red"), picture("2", "blue"))
    letters.issue(case_no=case.pk, position=1, at=AT)
    receipt = Letter.objects.get(case=case, kind="receipt")
    assert "现状照片2个文件" in words(bytes(receipt.pdf))
    sign_in(client, "wang_xiaomei")
    printed = words(client.get(f"/my/cases/{case.pk}/application.pdf").content)
    assert "1.png、2.png" in printed or "2.png、1.png" in printed


def test_the_archive_holds_the_files_of_the_form():
    case = received()
    upload = case.uploads.get(material=of_field(FIELD))
    assert [of_field(FIELD), upload.digest] in archive.manifest(case.pk)["files"]


def test_licensing_law_article_32_a_bad_photograph_is_told_once_and_mended_with_the_form(client):
    """What is wrong with a file of the form is a defect of the material made from the form."""
    case = received()
    found = opened.opened(case.pk, attached.clerk(case), AT)
    marks = {row["part"].code: [] for row in desk.check_page(found)["rows"]}
    notice.notify(
        case_no=case.pk,
        marks=marks | {"application_form": ["illegible_photos"]},
        remarks={"application_form": "第 1 张看不清树干"},
        correct_by=date(2026, 12, 3),
        caller=attached.clerk(case),
        at=AT,
    )
    case.refresh_from_db()
    noticed = {(line.material, line.defect) for line in opened.state(case).noticed}
    assert ("application_form", "illegible_photos") in noticed
    for material in {material for material, _ in noticed}:
        correction.supply(
            case_no=case.pk, material=material, file=picture("重拍", "blue"), caller=owner(), at=AT
        )
    correction.correct(case_no=case.pk, caller=owner(), at=AT)
    found = opened.opened(case.pk, attached.clerk(case), AT)
    (form,) = (row for row in desk.materials(found) if row["produced"])
    assert [file.name for file in form["files"]] == ["重拍.png"]
    assert signatures.checked(
        case, opened.state(Case.objects.get(pk=case.pk))
    ).intact  # what was signed stays


def test_the_interface_tells_the_files_of_a_draft_and_of_a_case():
    draft = filled()
    document = documents.draft_document(Draft.objects.get(pk=draft.pk))
    (file,) = document["files"]
    assert (file["field"], file["material"], file["name"]) == (FIELD, None, "树.png")
    assert document["form_schema"]["properties"][FIELD] | {"title": "", "description": ""} == {
        "title": "",
        "description": "",
        "type": "array",
        "items": {"type": "string", "format": "uuid"},
        "uniqueItems": True,
        "minItems": 1,
        "maxItems": 6,
    }
    case = received()
    told = documents.materials_document(case.pk, attached.clerk(case))
    (field,) = told["fields"]
    assert (field["code"], [file["name"] for file in field["files"]]) == (FIELD, ["树.png"])


# The interface over HTTP


@pytest.fixture
def api(client):
    """The owner's program: (method, address behind the draft's, body) to (status, answer)."""
    draft, headers = begun(), bearer("wang_xiaomei")

    def ask(method: str, path: str, body: object = None, **files):
        address = f"/api/drafts/{draft.pk}/{path}"
        if files:
            answer = client.post(address, files, headers=headers)
        else:
            answer = client.generic(method, address, json.dumps(body), "application/json", headers=headers)
        return answer.status_code, answer.json()

    return draft, ask


def test_a_program_gives_a_file_names_it_in_the_form_and_takes_it_back(api):
    draft, ask = api
    status, first = ask("POST", f"fields/{FIELD}/files", file=picture("1", "red"))
    assert (status, first["field"], first["media_type"]) == (201, FIELD, "image/png")
    assert ask("POST", f"fields/{FIELD}/files", file=picture("1", "red"))[1]["id"] == first["id"]
    second = ask("POST", f"fields/{FIELD}/files", file=picture("2", "blue"))[1]["id"]
    status, document = ask("PUT", "form", {"answers": attached.answers(draft) | {FIELD: [second]}})
    assert (status, [file["id"] for file in document["files"]], document["can_submit"]) == (
        200,
        [second],
        True,
    )
    status, document = ask("DELETE", f"files/{second}")
    assert (status, document["files"], document["can_submit"]) == (200, [], False)
    assert ask("DELETE", f"files/{second}")[0] == 200
    assert ask("DELETE", f"files/{draft.pk}")[1]["code"] == "upload_unknown"
    status, told = ask("PUT", "form", {"answers": {FIELD: [second]}})
    assert status == 422
    assert [(fault["field"], fault["rule"], fault["pointer"]) for fault in told["errors"]] == [
        (FIELD, "file_not_given", f"/answers/{FIELD}/0")
    ]


@pytest.mark.parametrize(
    ("path", "file", "status", "code"),
    [
        (f"fields/{FIELD}/files", EXECUTABLE, 415, "file_type_not_accepted"),
        (f"fields/{FIELD}/files", SimpleUploadedFile("a.png", b""), 422, "file_empty"),
        ("fields/green_address/files", picture(), 404, "field_takes_no_file"),
        ("fields/none/files", picture(), 404, "field_takes_no_file"),
    ],
)
def test_a_program_is_told_what_is_wrong_with_a_file(api, path, file, status, code):
    _draft, ask = api
    file.seek(0)
    answered, told = ask("POST", path, file=file)
    assert (answered, told["code"], bool(told["detail"])) == (status, code, True)


# One form for several items


def test_a_file_of_a_field_is_given_once_and_reaches_every_member_that_asks_for_it():
    photo = Field(
        code="site_photos", label=Text(zh="现场照片", en="Photographs"), kind=FieldKind.FILE, maximum=2
    )
    for item in (test_bundles.FOOD, test_bundles.HEALTH):
        guide = catalogue.guide(catalogue.version_in_force(catalogue.item(item).pk, AT).pk)
        first = replace(guide.form[0], fields=[*guide.form[0].fields, photo], block="")
        catalogue_actions.publish(
            guide=replace(guide, form=[first, *guide.form[1:]]), at=AT, by="system:test"
        )
    draft = drafts.begin_bundle(
        code="open_restaurant",
        division=test_bundles.COUNTY,
        place=test_bundles.TOWN,
        situation={},
        party=owner().parties[0],
        language="zh-hans",
        caller=owner(),
        at=AT,
    )
    answers = {"form": "sole", "sign": "no", "sewage": "no", "fire": "no"}
    while left := subjects.subject(draft).resolve(answers).unanswered:
        answers[left[0].code] = left[0].options[0].value
    draft = drafts.answer_situation(draft=draft.pk, situation=answers, caller=owner(), at=AT)
    asked = [field for section in subjects.resolved(draft).sections for field in section.fields]
    assert [field.code for field in asked].count("site_photos") == 1
    drafts.attach_to_field(draft=draft.pk, field="site_photos", file=picture(), caller=owner(), at=AT)
    sections = demo.plain(subjects.resolved(draft).sections)
    drafts.fill(draft=draft.pk, answers=demo.answers(sections), caller=owner(), at=AT)
    signed = applications.signed_by(draft.pk, owner(), "password")
    number = bundles.receive(draft=draft.pk, caller=owner(), at=AT, signed=signed)
    copies = Upload.objects.filter(draft__part_of=number, material=of_field("site_photos"))
    reached = {copy.draft.implementation.item.base_code for copy in copies}
    assert reached == {test_bundles.FOOD, test_bundles.HEALTH}
    assert copies.values("digest").distinct().count() == 1
    Upload.objects.filter(draft=draft).update(digest="0" * 64)
    for member in Bundle.objects.get(pk=number).members.exclude(case=None):
        assert not signatures.checked(member.case, opened.state(member.case)).intact
