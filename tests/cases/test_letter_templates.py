"""Every letter prints every word it was given, looks official in both languages, and holds up in court."""

import io
import json
import re
import subprocess
from datetime import UTC, date, datetime
from pathlib import Path
from xml.etree import ElementTree

import msgspec
import pytest
from django.conf import settings
from pypdf import PdfReader

from tests.cases.letter_samples import CST, ORGAN, REMEDIES, deadline, samples
from tongban.cases.rules import letters as rules
from tongban.catalogue.rules.guide import Text
from tongban.engine.clock import Ground, Unit
from tongban.engine.lifecycle.intake import ACCEPTANCE_REFUSAL_GROUNDS
from tongban.engine.refusal import Refused
from tongban.kit import letters, qr, signing

FOLDER = Path(rules.__file__).resolve().parents[1] / "letters"
FONTS = Path(settings.LETTER_FONTS)

KINDS = sorted(rules.LETTERS)


def printed(letter: rules.Letter) -> bytes:
    data = rules.document(letter)
    return letters.render(
        FOLDER / rules.TEMPLATES[data["kind"]], data, fonts=FONTS, qr=qr.svg(letter.head.verify_url)
    )


def text(pdf: bytes, *options: str) -> str:
    done = subprocess.run(
        ["pdftotext", "-raw", *options, "-", "-"], input=pdf, capture_output=True, check=True
    )
    return done.stdout.decode()


def words(pdf: bytes) -> str:
    return "".join(text(pdf).split())


def zh(iso: str) -> str:
    year, month, day = map(int, iso[:10].split("-"))
    return f"{year}年{month}月{day}日"


# Not words of the page: codes, switches, and what a kind has no place for.
SILENT = {
    "kind", "language", "addressee_kind", "organ_code", "seal_name", "unit", "original", "medium",
    "ground", "approver",
}  # fmt: skip
ABSENT = {"licence": {"addressee", "item_name", "phone", "address", "title", "entrusted"}}


def expected(value: object, *, english: bool, absent: frozenset | set = frozenset()):
    """Every word the page must show for the letter's data."""
    match value:
        case {"zh": chinese, "en": foreign}:
            yield chinese
            if english and foreign:
                yield foreign
        case dict():
            for name, part in value.items():
                if name not in SILENT | absent:
                    yield from expected(part, english=english, absent=absent)
        case list():
            for part in value:
                yield from expected(part, english=english, absent=absent)
        case str() if re.match(r"\d{4}-\d\d-\d\d", value):
            yield zh(value)
        case str() if value:
            yield value


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_letter_prints_every_word_date_and_number_it_was_given(kind, language):
    letter = samples(language=language)[kind]
    data = rules.document(letter)
    page = words(printed(letter))
    wanted = expected(data, english=language == "en", absent=ABSENT.get(kind, set()))
    assert [word for word in wanted if "".join(word.split()) not in page] == []


def renderings(value: object):
    """Every English rendering in a letter's data."""
    match value:
        case {"zh": _, "en": foreign}:
            yield "".join(foreign.split())
        case dict() | list():
            for part in value.values() if isinstance(value, dict) else value:
                yield from renderings(part)


@pytest.mark.parametrize("kind", KINDS)
def test_a_chinese_letter_carries_no_english_rendering(kind):
    letter = samples()[kind]
    page = words(printed(letter))
    assert [foreign for foreign in renderings(rules.document(letter)) if foreign and foreign in page] == []


@pytest.mark.parametrize("kind", KINDS)
def test_the_attached_data_are_the_letter(kind):
    letter = samples()[kind]
    attachment = PdfReader(io.BytesIO(printed(letter))).attachments["data.json"][0]
    stored = json.loads(attachment)
    assert stored == rules.document(letter)
    del stored["title"]
    assert msgspec.convert(stored, rules.LETTERS[kind], strict=False) == letter


@pytest.mark.parametrize("kind", KINDS)
def test_a_sealed_letter_is_pdf_a_verifies_and_shows_a_changed_byte(kind, tmp_path):
    seal = signing.issuer(tmp_path, ORGAN.zh, "11511800MB0A01029B")
    root = signing.root_certificate(tmp_path)
    at = datetime(2026, 11, 24, 10, tzinfo=CST)
    sealed = signing.sign_pdf(printed(samples()[kind]), signer=seal, reason="签发", at=at)
    assert b"<pdfaid:part>3</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>" in sealed
    assert signing.verify_pdf(sealed, root=root) == signing.Verdict(
        valid=True, intact=True, signer=ORGAN.zh, signed_at=at.astimezone(UTC)
    )
    changed = bytearray(sealed)
    changed[len(sealed) // 3] ^= 1
    assert not signing.verify_pdf(bytes(changed), root=root).valid


@pytest.mark.parametrize("kind", KINDS)
def test_demonstration_letters_say_so_and_others_do_not(kind):
    assert "演示数据·不具有法律效力" in words(printed(samples()[kind]))
    assert "演示" not in words(printed(samples(demo=False)[kind]))


@pytest.mark.parametrize("kind", KINDS)
def test_markup_in_the_data_prints_literally(kind):
    markup = '#sys.inputs *粗* _x_ `c` $x^2$ \\ "引号" \'q\' <l> @r [x] // c /* d */ ~ --- … = #panic("!")'
    letter = samples(addressee=markup, item_name=Text(zh=markup, en=markup), language="en")[kind]
    if kind == "licence":
        letter = msgspec.structs.replace(letter, name=Text(zh=markup, en=markup))
    assert "".join(markup.split()) in words(printed(letter))


def boxes(pdf: bytes):
    """Every word with its page and its horizontal and vertical extent in points."""
    done = subprocess.run(["pdftotext", "-bbox", "-", "-"], input=pdf, capture_output=True, check=True)
    space = "{http://www.w3.org/1999/xhtml}"
    for page in ElementTree.fromstring(done.stdout).iter(f"{space}page"):
        size = float(page.get("width")), float(page.get("height"))
        for word in page.iter(f"{space}word"):
            yield size, *(float(word.get(edge)) for edge in ("xMin", "xMax", "yMin", "yMax"))


@pytest.mark.parametrize("kind", KINDS)
def test_long_names_and_unbroken_codes_stay_on_the_page(kind):
    long = "新疆维吾尔自治区乌鲁木齐市" * 8 + "有限公司"
    letter = samples(
        addressee=long,
        item_name=Text(zh=long + "X" * 200, en="E" * 200),
        organ=Text(zh="四川省雅安市雨城区住房和城乡建设局行政审批服务管理科", en="O" * 60),
        seal_name="雅安市雨城区住房和城乡建设局行政审批专用章",
        verify_url="https://tongban.example/verify/" + "A" * 200,
        language="en",
    )[kind]
    if kind == "licence":
        detail = rules.Detail(label=Text(zh=long, en="L" * 60), value=Text(zh=long + "9" * 200, en=""))
        letter = msgspec.structs.replace(letter, details=(detail,) * 12)
    outside = [
        box for box in boxes(printed(letter))
        if not (box[1] > 20 and box[2] < box[0][0] - 20 and box[3] > 20 and box[4] < box[0][1] - 20)
    ]  # fmt: skip
    assert outside == []


def test_thirty_rows_break_across_pages_under_a_repeated_header():
    letter = samples()["correction_notice"]
    (line,) = letter.defects
    lines = tuple(
        msgspec.structs.replace(line, name=Text(zh=f"第{index}号材料《申请表》", en="Form"), remark="")
        for index in range(1, 31)
    )
    pdf = printed(msgspec.structs.replace(letter, defects=lines))
    pages = ["".join(page.split()) for page in text(pdf).split("\f")[:-1]]
    with_rows = [page for page in pages if "号材料《申请表》" in page]
    assert len(with_rows) >= 3
    assert all("序号材料名称存在的问题补正要求" in page for page in with_rows)
    assert [name for name in (line.name.zh for line in lines) if name not in "".join(pages)] == []
    assert "特此告知。" in pages[-1]
    assert ORGAN.zh + "2026年11月24日" in pages[-1]
    assert all(f"第{number}页共{len(pages)}页" in page for number, page in enumerate(pages, 1))


def test_a_signature_never_stands_alone_on_a_page():
    """However long the reasons, the last page carries text of the decision beside the signature."""
    letter = samples()["refusal"]
    for count in range(2, 14):
        reasons = tuple(Text(zh=f"第{index}条理由说明。", en="") for index in range(count))
        pages = text(printed(msgspec.structs.replace(letter, reasons=reasons))).split("\f")[:-1]
        last = "".join(pages[-1].split())
        assert "提起行政诉讼。" in last and ORGAN.zh + "2026年11月24日" in last


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"reasons": ()}, "reasons_required"),
        ({"reasons": (Text(zh=" ", en="some"),)}, "reasons_required"),
        ({"basis": ()}, "basis_required"),
        ({"remedies": ()}, "remedies_required"),
        ({"remedies": (*REMEDIES, Text(zh="", en=""))}, "remedies_required"),
    ],
)
@pytest.mark.parametrize("kind", ["refusal", "non_acceptance"])
def test_article_38_a_refusal_without_reasons_or_remedies_cannot_be_made(kind, given, code):
    with pytest.raises(Refused) as refused:
        msgspec.structs.replace(samples()[kind], **given)
    assert refused.value.code == code


def test_article_45_a_pause_without_reasons_cannot_be_told():
    with pytest.raises(Refused) as refused:
        msgspec.structs.replace(samples()["special_procedure"], reasons=())
    assert refused.value.code == "reasons_required"


def test_article_32_a_notice_without_defects_cannot_be_made():
    with pytest.raises(Refused) as refused:
        msgspec.structs.replace(samples()["correction_notice"], defects=())
    assert refused.value.code == "notice_is_empty"


def test_remedies_are_sixty_days_and_six_months():
    review, court = REMEDIES
    assert review.zh == (
        "自收到本文书之日起六十日内，依照《中华人民共和国行政复议法》第二十条的规定，向雅安市人民政府申请行政复议；"
    )
    assert court.zh == (
        "自收到本文书之日起六个月内，依照《中华人民共和国行政诉讼法》第四十六条的规定，"
        "向雅安市雨城区人民法院提起行政诉讼。"
    )
    assert "60 days" in review.en and "Article 20" in review.en
    assert "six months" in court.en and "Article 46" in court.en


@pytest.mark.parametrize("ground", list(Ground))
def test_article_45_every_ground_of_the_closed_list_has_its_words(ground):
    names = {
        "hearing": "听证", "tender": "招标", "auction": "拍卖", "inspection": "检验", "testing": "检测",
        "quarantine": "检疫", "appraisal": "鉴定", "expert_review": "专家评审",
    }  # fmt: skip
    page = words(printed(msgspec.structs.replace(samples()["special_procedure"], ground=ground)))
    assert f"依法需要进行{names[ground]}" in page


@pytest.mark.parametrize("ground", sorted(ACCEPTANCE_REFUSAL_GROUNDS))
def test_every_ground_of_non_acceptance_has_its_words_and_article(ground):
    letter = msgspec.structs.replace(
        samples()["non_acceptance"], ground=ground, basis=rules.grounds("non_acceptance", ground)
    )
    page = words(printed(letter))
    assert f"依据{rules.grounds('non_acceptance', ground)[0].zh}，本机关决定不予受理。" in page


def test_a_deemed_acceptance_says_that_silence_accepted():
    letter = msgspec.structs.replace(
        samples()["acceptance"],
        deemed=True,
        received_on=date(2020, 9, 28),
        accepted_on=date(2020, 9, 28),
        basis=rules.grounds("acceptance", "deemed"),
    )
    page = words(printed(letter))
    assert "本机关未在法定期限内告知需要补正的内容" in page
    assert "即2020年9月28日起视为受理" in page
    assert "第三十二条第一款第（四）项" in page


def test_dues_are_told_in_local_time_by_the_hour_only_for_hours():
    letter = msgspec.structs.replace(
        samples()["acceptance"],
        statutory=deadline(0, datetime(2026, 11, 23, 15, 59, tzinfo=UTC)),
        promised=deadline(16, datetime(2026, 11, 24, 8, 30, tzinfo=UTC), Unit.WORKING_HOURS),
        fee=None,
    )
    page = words(printed(letter))
    assert "法定办结时限当场办结" in page
    assert "承诺办结时限16个工作小时，至2026年11月24日16时30分止" in page
    assert "收费不收费" in page


def test_a_due_instant_prints_as_the_local_day():
    """16:00 UTC is midnight in Ya'an: the page shows the day after."""
    letter = msgspec.structs.replace(
        samples()["acceptance"], promised=deadline(5, datetime(2026, 11, 30, 16, 0, tzinfo=UTC))
    )
    assert "5个工作日，至2026年12月1日止" in words(printed(letter))


def test_an_unserved_receipt_leaves_lines_to_sign():
    letter = msgspec.structs.replace(
        samples()["delivery"], delivered_at=None, deliverers=(), place=None, remark=None, relation=None
    )
    page = words(printed(letter))
    assert "送达时间送达人备注—" in page


@pytest.mark.parametrize(
    ("kind", "word"), [("", "你（单位）于"), ("person", "你于"), ("company", "你单位于")]
)
def test_the_addressee_is_addressed_as_person_or_company(kind, word):
    assert word in words(printed(samples(addressee_kind=kind)["grant"]))


def test_every_kind_has_a_letter_a_template_and_a_title():
    assert set(rules.TEMPLATES) == set(rules.TITLES) == set(rules.LETTERS) == set(samples())
    files = {path.name for path in FOLDER.glob("*.typ")}
    assert files == set(rules.TEMPLATES.values()) | {"base.typ", "application_form.typ"}
    for kind, letter in rules.LETTERS.items():
        assert letter.__struct_config__.tag == kind


def test_templates_fetch_nothing():
    """Templates import their shared base and no package, so rendering needs no network."""
    imports = {
        line for path in FOLDER.glob("*.typ") for line in re.findall(r"#?import .*", path.read_text("utf-8"))
    }
    assert imports == {'#import "base.typ": *', '#import "/kit/typst/base.typ": *'}


def test_a_document_number_is_organ_kind_year_and_serial():
    assert rules.number("雅市监", "refusal", year=2026, serial=7) == "雅市监不准〔2026〕7号"
    made = {rules.number("雅市监", kind, year=2026, serial=1) for kind in rules.LETTERS}
    assert len(made) == len(rules.LETTERS)


@pytest.mark.parametrize("kind", ["receipt", "acceptance", "extension", "grant"])
def test_a_date_in_a_year_not_published_is_told_as_provisional(kind):
    letter = samples()[kind]
    told = [
        "暂定" in words(printed(msgspec.structs.replace(letter, provisional=provisional)))
        for provisional in (True, False)
    ]
    assert told == [True, False]
