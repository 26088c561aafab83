"""Files handed in: what they are is read from them, pictures are drawn anew, PDFs run nothing."""

import io
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, PngImagePlugin
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import copy_into_new_writer

from tongban.engine.refusal import Refused
from tongban.kit import files

LIMIT = 20_000_000


def kept(name: str, content: bytes, folder: Path) -> files.Kept | str:
    try:
        return files.keep(SimpleUploadedFile(name, content), folder=folder, limit=LIMIT)
    except Refused as refused:
        return refused.code


def stored(name: str, content: bytes, folder: Path) -> bytes:
    return files.path_of(folder, kept(name, content, folder).digest).read_bytes()


def picture(kind: str, size: tuple[int, int] = (80, 40), **kwargs) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "red").save(out, kind, **kwargs)
    return out.getvalue()


def document(catalogue: bytes = b"", page: bytes = b"") -> bytes:
    """A PDF of one empty page; entries for its catalogue and its page."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R" + catalogue + b">>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]" + page + b">>",
    ]
    out, places = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj" % number + content + b"endobj\n"
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(out)
    return (
        out
        + b"xref\n0 4\n0000000000 65535 f \n"
        + table
        + b"trailer<</Root 1 0 R/Size 4>>\nstartxref\n%d\n%%%%EOF" % start
    )


def locked(user: str) -> bytes:
    writer = copy_into_new_writer(PdfFileReader(io.BytesIO(document())))
    writer.encrypt(owner_pass="owner", user_pass=user)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.png", b"MZ" + b"\0" * 500, "file_type_not_accepted"),
        ("a.pdf", picture("PNG"), "file_type_not_accepted"),
        ("a.exe", picture("PNG"), "file_type_not_accepted"),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "file_type_not_accepted"),
        ("a.pdf", b"MZ%PDF-1.4 %%EOF", "file_type_not_accepted"),
        ("a.pdf", b"%PDF-1.4\n<html><script>alert(1)</script></html>\n%%EOF", "file_damaged"),
        ("a.pdf", b"%PDF-1.4\n" + b"[" * 100_000 + b"\n%%EOF", "file_damaged"),
        ("a.pdf", document()[:-20], "file_damaged"),
        ("a.pdf", document()[:120] + document()[-40:], "file_damaged"),
        ("a.jpg", picture("JPEG")[:200], "file_damaged"),
        ("a.png", b"", "file_empty"),
        ("a.pdf", b"%PDF-" + b"\0" * LIMIT, "file_too_large"),
    ],
)
def test_what_is_not_what_it_says_or_does_not_open_is_refused(name, content, code, tmp_path):
    assert kept(name, content, tmp_path) == code


@pytest.mark.parametrize(
    "entries",
    [
        {"catalogue": b"/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>"},
        {"catalogue": b"/Names<</JavaScript<</Names[(a)<</S/JavaScript/JS(1)>>]>>>>"},
        {"page": b"/AA<</O<</S/Launch/F(cmd.exe)>>>>"},
        {"page": b"/Annots[<</Subtype/Link/A<</S/URI/URI(x)/Next<</S/SubmitForm/F(http://x)>>>>>>]"},
    ],
)
def test_a_pdf_that_runs_something_by_itself_is_refused(entries, tmp_path):
    assert kept("a.pdf", document(**entries), tmp_path) == "file_active"


def test_a_pdf_with_links_and_a_first_view_is_kept_to_the_byte(tmp_path):
    plain = document(
        b"/OpenAction[3 0 R/Fit]", b"/Annots[<</Subtype/Link/A<</S/URI/URI(http://a.example)>>>>]"
    )
    assert stored("a.pdf", plain, tmp_path) == plain


def test_a_pdf_with_a_password_is_refused_unless_it_opens_without(tmp_path):
    assert kept("a.pdf", locked("secret"), tmp_path) == "file_locked"
    assert kept("a.pdf", locked(""), tmp_path).media_type == "application/pdf"


def test_nothing_but_the_picture_survives_and_it_stands_upright(tmp_path):
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "SECRET"
    jpeg = picture("JPEG", exif=exif, comment=b"SECRET", icc_profile=b"SECRET" * 20) + b"SECRET"
    text = PngImagePlugin.PngInfo()
    text.add_text("note", "SECRET")
    png = picture("PNG", pnginfo=text, icc_profile=b"SECRET" * 20) + b"SECRET"
    first, second = stored("a.jpg", jpeg, tmp_path), stored("a.png", png, tmp_path)
    assert (b"SECRET" in first, b"SECRET" in second) == (False, False)
    with Image.open(io.BytesIO(first)) as upright, Image.open(io.BytesIO(second)) as plain:
        assert (upright.size, plain.info) == ((40, 80), {})


def test_a_long_name_keeps_its_ending_and_no_folder(tmp_path):
    names = [
        kept(name, picture("PNG"), tmp_path).name for name in ("x" * 150 + ".png", "../../etc/passwd.png")
    ]
    assert names == ["x" * 116 + ".png", "passwd.png"]
