"""Bilingual letters and signs: the Chinese prevails, approved words stand beside it, 待译 where there are none."""

import subprocess
from datetime import timedelta

import pytest

from tests import city
from tests.bilingual import translated as t
from tests.people.signing import sign_in
from tongban.bilingual import queries
from tongban.bilingual.models import Message
from tongban.cases.actions import letters
from tongban.cases.models import Case, Letter
from tongban.cases.rules import rendering
from tongban.cases.rules.letters import TITLES
from tongban.engine.refusal import Refused

TODAY = city.AT.date()
pytestmark = pytest.mark.django_db


def text(pdf: bytes) -> str:
    """The words of a PDF without the breaks of its lines and cells."""
    drawn = subprocess.run(["pdftotext", "-raw", "-", "-"], input=pdf, capture_output=True, check=True)
    return "".join(drawn.stdout.decode().split())


def fonts(pdf: bytes, folder) -> str:
    (folder / "it.pdf").write_bytes(pdf)
    told = subprocess.run(["pdffonts", str(folder / "it.pdf")], capture_output=True, check=True)
    return told.stdout.decode()


def issued(language: str) -> Letter:
    """The acceptance of a case whose applicant chose `language`."""
    number = city.accepted()
    Case.objects.filter(pk=number).update(language=language)
    return letters.issue(case_no=number, position=2, at=city.AT)[0]


@pytest.mark.parametrize(("language", "face"), [("bo", "NotoSerifTibetan"), ("ii", "NotoSansYi")])
def test_an_approved_translation_is_printed_beside_the_chinese_that_prevails(language, face, tmp_path):
    first = rendering.SENTENCES["acceptance"][0]
    words = f"{t.LETTERS[language]} {{item}} {{accepted_on}}"
    t.approved(t.message(first, "letters"), language, words)
    t.approved(t.message(rendering.PREVAILS, "letters"), language)
    letter = issued(language)
    said, drawn = letter.data["rendering"], text(bytes(letter.pdf))
    day = letter.data["accepted_on"]
    assert said["lines"][1] == {
        "zh": f"您的“食品经营许可（新办）”申请已于{day}受理。",
        "words": f"{t.LETTERS[language]} 食品经营许可（新办） {day}",
    }
    assert said["prevails"] == {"zh": rendering.PREVAILS, "words": t.LETTERS[language]}
    assert rendering.PREVAILS in drawn
    assert "受理通知书" in drawn
    assert drawn.count("待译") == len([line for line in said["lines"] if line["words"] is None]) == 2
    assert face in fonts(bytes(letter.pdf), tmp_path)
    if language == "ii":  # Tibetan comes out of a PDF in split clusters; its words are in the attachment
        assert t.II in drawn


def test_without_a_translation_every_line_is_chinese_marked_as_waiting():
    letter = issued("bo")
    said, drawn = letter.data["rendering"], text(bytes(letter.pdf))
    assert [line["words"] for line in said["lines"]] == [None] * 3
    assert drawn.count("待译") == 4  # three lines and the sentence that the Chinese prevails


def test_what_is_approved_for_the_name_of_the_item_is_filled_in():
    t.approved(Message.objects.get(part="guides", key=f"{city.ITEM}/name"), words="ཅ་ཆ་")
    t.approved(t.message(rendering.SENTENCES["acceptance"][0], "letters"), words="ཀ་ {item} {accepted_on}")
    assert "ཅ་ཆ་" in issued("bo").data["rendering"]["lines"][1]["words"]


def test_a_letter_for_a_reader_of_chinese_has_no_second_column():
    letter = issued("zh-hans")
    assert "rendering" not in letter.data
    assert "待译" not in text(bytes(letter.pdf))


def test_language_changes_no_time_limit():
    chinese, tibetan = issued("zh-hans").data, issued("bo").data
    assert [chinese[name] for name in ("statutory", "promised", "accepted_on")] == [
        tibetan[name] for name in ("statutory", "promised", "accepted_on")
    ]


def test_every_letter_has_a_title_and_sentences_and_fills_every_place_of_them():
    """A letter's own data answer every {…} of its sentences."""
    assert set(rendering.SENTENCES) == set(TITLES) - {"licence"}
    city.delivered()
    for kind in ("receipt", "acceptance", "grant", "delivery"):
        said = rendering.rendering(_document(kind), "bo", lambda part, zh: zh)
        assert said is not None
        assert not [line for line in said["lines"] if "{" in line["zh"] + line["words"]]


def _document(kind: str) -> dict:
    row = Case.objects.order_by("-received_at", "-case_no")[0]
    for position in range(1, row.position + 1):
        letters.issue(case_no=row.pk, position=position, at=city.AT + timedelta(minutes=1))
    return Letter.objects.filter(case=row, kind=kind)[0].data


# Signs


def test_a_sign_is_printed_when_every_line_is_approved_and_not_before(client, tmp_path):
    with pytest.raises(Refused, match="sign_untranslated"):
        queries.sign_pdf("process", "ii", TODAY)
    for line in queries.signs()["process"].lines:
        t.approved(t.message(line, "signs"), "ii")
    pdf = queries.sign_pdf("process", "ii", TODAY)
    drawn = text(pdf)
    assert all(line in drawn for line in queries.signs()["process"].lines)
    assert drawn.count(t.II) == len(queries.signs()["process"].lines)
    assert "NotoSansYi" in fonts(pdf, tmp_path)
    sign_in(client, "yucheng_clerk")
    assert client.get("/desk/bilingual/signs/process-ii.pdf")["Content-Type"] == "application/pdf"
    assert client.get("/desk/bilingual/signs/process-bo.pdf").status_code == 409
    assert client.get("/desk/bilingual/signs/nonesuch-bo.pdf").status_code == 404


def test_a_window_sign_in_tibetan_uses_its_own_face(tmp_path):
    t.approved(t.message("综合窗口", "signs"))
    pdf = queries.sign_pdf("general_window", "bo", TODAY)
    assert "综合窗口" in text(pdf)
    assert "NotoSerifTibetan" in fonts(pdf, tmp_path)
