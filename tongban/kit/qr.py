"""QR codes as SVG for pages and letters, as PNG for everything else."""

from io import BytesIO
from typing import Any

import segno

_QUIET = 2  # modules of white around the code; readers manage with two, the standard asks for four


def svg(text: str) -> str:
    """A QR code of `text` as one `<svg>` element without width and height: the page or letter sizes it.

    Error correction M, so a stamped or creased print still reads. Raises ValueError when `text` does
    not fit (about 2,300 bytes).
    """
    return _drawn(text, kind="svg", xmldecl=False, nl=False, omitsize=True).decode()


def png(text: str) -> bytes:
    """A QR code of `text` as a black-and-white PNG, eight pixels a module. Raises ValueError as `svg`."""
    return _drawn(text, kind="png", scale=8)


def _drawn(text: str, **style: Any) -> bytes:
    out = BytesIO()
    segno.make(text, error="m", micro=False).save(out, border=_QUIET, **style)
    return out.getvalue()
