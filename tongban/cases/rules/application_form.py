"""The application form (申请书): what the applicant answered, printed; nobody fills in a second one on paper."""

from datetime import datetime

import msgspec

from tongban.cases.rules.letters import Detail, LetterHead, Part, SignatureLine
from tongban.catalogue.rules.guide import Text


class Theme(Part, frozen=True, kw_only=True):
    """One theme of the form with its answers."""

    title: Text
    rows: tuple[Detail, ...]


class ApplicationForm(Part, tag_field="kind", tag="application_form", frozen=True, kw_only=True):
    """A form as submitted, or as it stands; `submitted_at` None is a draft. `digest` is what the record keeps, and
    what the signatures, where there are any, are of.

    Basis: 行政许可法 Art 29 (the organ provides the form, free), 31 (true materials), 33 (electronic filing).
    """

    head: LetterHead
    title: Text
    themes: tuple[Theme, ...]
    materials: tuple[Text, ...]
    submitted_at: datetime | None = None
    digest: str = ""
    signature: SignatureLine | None = None
    cosignatures: tuple[SignatureLine, ...] = ()  # of the others who had to sign it


def title(names: list[Text], item: Text) -> Text:
    """The form's name in the guide, else "application for" the item."""
    return names[0] if names else Text(zh=f"{item.zh}申请表", en=f"Application: {item.en}")


def document(form: ApplicationForm) -> dict:
    """The form as JSON values for the template."""
    return msgspec.to_builtins(form)
