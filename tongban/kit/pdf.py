"""PDFs: shown in the browser; those handed in looked into, whether they open and would do something by themselves."""

from io import BytesIO

from django.http import HttpResponse
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.crypt import AuthStatus
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader

from tongban.engine.refusal import Refused

# Actions a viewer runs beside turning pages. Source: ISO 32000-1, table 198.
_ACTIVE = frozenset({"/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/Rendition", "/Movie"})
_PASSIVE = frozenset({"/Resources", "/Contents", "/StructTreeRoot", "/Parent", "/P", "/Metadata"})
_MOST = 50_000  # objects looked at


def shown(content: bytes, name: str) -> HttpResponse:
    """A PDF for the browser's own viewer."""
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def examine(content: bytes, name: str) -> None:
    """Refuse a PDF that does not open (`file_damaged`), asks for a password (`file_locked`) or carries
    scripts, starts programs or sends data (`file_active`).
    """
    try:
        reader = PdfFileReader(BytesIO(content), strict=False)
        if reader.encrypted and not _opens(reader):
            raise Refused("file_locked", name=name)
        if next(iter(reader.root["/Pages"]["/Kids"]), None) is None:
            raise Refused("file_damaged", name=name)
        active = _active(reader)
    except (PdfError, ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError) as error:
        raise Refused("file_damaged", name=name) from error
    if active:
        raise Refused("file_active", name=name, found=active)


def _opens(reader: PdfFileReader) -> bool:
    """Whether it opens without a password: it may be locked against changes only."""
    return reader.decrypt("").status is not AuthStatus.FAILED


def _active(reader: PdfFileReader) -> str:
    """The first action that runs by itself, as the PDF names it; empty when there is none."""
    seen: set[tuple[int, int]] = set()
    ahead: list = [reader.root]
    for _ in range(_MOST):
        if not ahead:
            return ""
        found = ahead.pop()
        if isinstance(found, generic.IndirectObject):
            place = (found.idnum, found.generation)
            if place not in seen:
                seen.add(place)
                ahead.append(found.get_object())
        elif isinstance(found, generic.ArrayObject):
            ahead += [found.raw_get(number) for number in range(len(found))]
        elif isinstance(found, generic.DictionaryObject):
            kind = str(found.get("/S", ""))
            if kind in _ACTIVE or "/JS" in found:
                return kind or "/JS"
            ahead += [found.raw_get(key) for key in found if key not in _PASSIVE]
    raise ValueError("more objects than a document has")
