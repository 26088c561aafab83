"""The public addresses a licence names: where its QR code leads and where its status is published."""

from django.conf import settings
from django.urls import reverse


def verification(token: str) -> str:
    """Where the QR code leads; what follows the # stays in the reader's browser."""
    return f"{settings.PUBLIC_URL}{reverse('licences:verify')}#{token}"


def status_list(number: int) -> str:
    """Where a status list is published."""
    return settings.PUBLIC_URL + reverse("licences:status", kwargs={"number": number})


def copy(code: str) -> str:
    """Where a purpose-limited copy is verified."""
    return settings.PUBLIC_URL + reverse("licences:copy", kwargs={"code": code})


def by_code(code: str) -> str:
    """Where a licence is verified by its code, as printed under the QR code."""
    return f"{settings.PUBLIC_URL}{reverse('licences:verify')}?q={code}"
