"""The print shop: plain data in, an archivable PDF out; nothing typed by anybody is ever markup."""

import io
import json
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest
import segno
import typst
from django.conf import settings
from PIL import Image
from pypdf import PdfReader

from tongban.kit import letters, qr

FONTS = Path(settings.LETTER_FONTS)
TEMPLATE = """
#let data = json(bytes(sys.inputs.data))
#set document(title: "t", date: datetime(year: 2026, month: 11, day: 23))
#set page(width: 120mm, height: 120mm, margin: 10mm)
#set text(font: "Noto Serif SC", lang: "zh")
#pdf.attach(
  "data.json", bytes(sys.inputs.attachment),
  relationship: "data", mime-type: "application/json", description: "data",
)
#for line in data.lines { par(line) }
"""


@pytest.fixture
def template(tmp_path):
    path = tmp_path / "letters" / "plain.typ"
    path.parent.mkdir()
    path.write_text(TEMPLATE, encoding="utf-8")
    return path


def words(pdf: bytes) -> str:
    done = subprocess.run(["pdftotext", "-raw", "-", "-"], input=pdf, capture_output=True, check=True)
    return "".join(done.stdout.decode().split())


def attached(pdf: bytes) -> dict:
    return json.loads(PdfReader(io.BytesIO(pdf)).attachments[letters.ATTACHMENT][0])


@pytest.mark.parametrize(
    "line",
    [
        "食品经营许可证（新办）第0001号",
        '#sys.inputs #read("/etc/hostname") #{1+1} #set page(fill: red)',
        "*bold* _italic_ `code` $x^2$ <label> @reference",
        "= heading - item + item / term: x",
        "back\\slash \\u{41} \\n \"double\" 'single' “curly” [x] {y} ~ --- ... // not a comment /* nor this */",
        "https://example.test/?a=1&b=%20#x",
        "䶮〇㎡①",
    ],
)
def test_data_print_literally(template, line):
    pdf = letters.render(template, {"lines": [line]}, fonts=FONTS)
    assert words(pdf) == "".join(line.split())


def test_the_attachment_is_the_data(template):
    data = {"lines": ["甲"], "nested": {"n": 1, "empty": None, "list": [True, "𠮷\u202e"]}}
    assert attached(letters.render(template, data, fonts=FONTS)) == data


def test_the_file_says_it_is_pdf_a(template):
    metadata = PdfReader(io.BytesIO(letters.render(template, {"lines": []}, fonts=FONTS))).xmp_metadata
    space = "{http://www.aiim.org/pdfa/ns/id/}"
    root = ElementTree.fromstring(metadata.stream.get_data())
    assert [root.find(f".//{space}{name}").text for name in ("part", "conformance")] == ["3", "A"]


def test_every_font_is_embedded(template):
    pdf = letters.render(template, {"lines": ["许可证 Licence 2026"]}, fonts=FONTS)
    fonts = PdfReader(io.BytesIO(pdf)).pages[0]["/Resources"]["/Font"].values()
    described = [font.get_object()["/DescendantFonts"][0]["/FontDescriptor"] for font in fonts]
    assert described
    assert all({"/FontFile2", "/FontFile3"} & set(descriptor) for descriptor in described)


def test_a_character_without_glyph_prints_as_its_code_point_and_stays_in_the_data(template):
    data = {"lines": ["王𠮷😀"]}
    pdf = letters.render(template, data, fonts=FONTS)
    assert words(pdf) == "王〔U+20BB7〕〔U+1F600〕"
    assert attached(pdf) == data


def test_invisible_controls_are_shown_not_obeyed(template):
    pdf = letters.render(template, {"lines": ["甲\u202e乙\u200b丙\x00丁"]}, fonts=FONTS)
    assert words(pdf) == "甲〔U+202E〕乙〔U+200B〕丙〔U+0000〕丁"


def test_the_same_data_give_the_same_bytes(template):
    first, second = (letters.render(template, {"lines": ["同一"]}, fonts=FONTS) for _ in range(2))
    assert first == second


def test_without_fonts_nothing_is_printed(template, tmp_path):
    (tmp_path / "fonts").mkdir()
    with pytest.raises(FileNotFoundError, match="no fonts for letters"):
        letters.render(template, {"lines": ["甲"]}, fonts=tmp_path / "fonts")


def test_data_that_do_not_fit_the_template_are_an_error(template):
    with pytest.raises(typst.TypstError, match="lines"):
        letters.render(template, {"other": 1}, fonts=FONTS)


def test_a_template_reads_nothing_outside_its_folder(template, tmp_path):
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    template.write_text(TEMPLATE + '#read("../secret.txt")', encoding="utf-8")
    with pytest.raises(typst.TypstError):
        letters.render(template, {"lines": []}, fonts=FONTS)


def test_the_printed_code_is_the_code_of_the_text(template, tmp_path):
    """Every module of the rendered page, sampled at its centre, equals the standard's matrix."""
    template.write_text(
        TEMPLATE.replace("margin: 10mm", "margin: 0mm")
        + '#place(top + left, image(bytes(sys.inputs.qr), format: "svg", width: 120mm, alt: "code"))',
        encoding="utf-8",
    )
    text = "https://tongban.example/verify/7K3M9Q2XA/"
    pdf = letters.render(template, {"lines": []}, fonts=FONTS, qr=qr.svg(text))
    done = subprocess.run(
        ["pdftoppm", "-r", "150", "-gray", "-png"], input=pdf, capture_output=True, check=True
    )
    page, matrix = (
        Image.open(io.BytesIO(done.stdout)).convert("L"),
        segno.make(text, error="m", micro=False).matrix,
    )
    step = page.width / (len(matrix) + 4)
    printed = [
        [page.getpixel((int((x + 2.5) * step), int((y + 2.5) * step))) < 128 for x in range(len(matrix))]
        for y in range(len(matrix))
    ]
    assert printed == [[bool(module) for module in row] for row in matrix]


def test_a_code_is_one_scalable_drawing_and_a_picture():
    drawing = ElementTree.fromstring(qr.svg("甲"))
    assert drawing.tag.endswith("svg") and drawing.get("viewBox") and not drawing.get("width")
    picture = Image.open(io.BytesIO(qr.png("甲")))
    assert picture.format == "PNG" and picture.width == picture.height


def test_a_text_too_long_for_a_code_is_refused():
    with pytest.raises(ValueError, match="too large"):
        qr.svg("x" * 5000)
