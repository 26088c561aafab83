"""What people give by a page: fields whose faults name them in the reader's language, the file of a request, that file again."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, HttpRequest
from django.utils.functional import lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tongban.engine.refusal import Refused
from tongban.kit import files

about = lazy(lambda words, label: words % {"label": label}, str)  # in the reader's language


def english() -> bool:
    """Whether the reader reads English."""
    return (get_language() or "").startswith("en")


def day(label, *, required: bool = True, hint="") -> forms.DateField:
    """A day."""
    return forms.DateField(
        label=label,
        required=required,
        help_text=hint,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={
            "required": about(_("“%(label)s”没有填写：请选择日期。"), label),
            "invalid": about(_("“%(label)s”不是有效日期：请按 2026-11-23 的形式填写。"), label),
        },
    )


def words(label, *, most: int = 200, required: bool = True, hint="", rows: int = 0) -> forms.CharField:
    """Words, at most `most` characters; of several lines where `rows` are given."""
    return forms.CharField(
        label=label,
        required=required,
        max_length=most,
        help_text=hint,
        widget=forms.Textarea(attrs={"rows": rows}) if rows else None,
        error_messages={
            "required": about(_("“%(label)s”没有填写：请填写后再提交。"), label),
            "max_length": about(_("“%(label)s”超过字数上限：请精简后再提交。"), label),
        },
    )


def asked(label) -> dict[str, Any]:
    """The label and the faults of a field of choices, for its constructor."""
    fault = about(_("“%(label)s”没有选择：请选择一项。"), label)
    return {"label": label, "error_messages": {"required": fault, "invalid_choice": fault}}


def file_of(request: HttpRequest) -> UploadedFile | None:
    """The file of a request, if one came. Refuses `file_too_large` when it passed the limit on the way."""
    if limit := getattr(request, files.OVER_LIMIT, None):
        raise Refused("file_too_large", limit=limit)
    return request.FILES.get("file")


def download(kept: Mapping[str, Any] | None, *, missing: Refused) -> FileResponse:
    """A kept file (`files.Kept` as a mapping): downloaded, never run in the page. Refuses `missing`."""
    path = files.path_of(Path(settings.MEDIA_ROOT), kept["digest"]) if kept else None
    if kept is None or path is None or not path.exists():
        raise missing
    response = FileResponse(
        path.open("rb"), content_type=kept["media_type"], filename=kept["name"], as_attachment=True
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
