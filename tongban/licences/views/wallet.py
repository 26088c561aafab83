"""The holder's pages: wallet, one licence, showing it, downloads."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from tongban.kit import qr
from tongban.kit.api import clock
from tongban.kit.pdf import shown as show_pdf
from tongban.licences.queries import wallet
from tongban.licences.rules import documents
from tongban.people import queries as people
from tongban.people.access import signed_in
from tongban.people.rules import Caller


@require_GET
@signed_in
def cards(request: HttpRequest, caller: Caller) -> HttpResponse:
    """My licences: those in force as cards, then those no longer."""
    current, former = wallet.cards(caller, people.today(clock()))
    return render(request, "licences/wallet.html", {"current": current, "former": former})


@require_GET
@signed_in
def one(request: HttpRequest, licence: int, caller: Caller) -> HttpResponse:
    """One licence: what it states, where it was used, the copies made of it."""
    row = wallet.find(licence, caller)
    context = {
        "card": wallet.card(row, people.today(clock())),
        "uses": wallet.uses(row),
        "copies": wallet.copies(row),
    }
    return render(request, "licences/licence.html", context)


@require_GET
@signed_in
def present(request: HttpRequest, licence: int, caller: Caller) -> HttpResponse:
    """Show it (亮证): name, number and a QR code that verifies online and offline."""
    found = wallet.card(wallet.find(licence, caller), people.today(clock()))
    return render(request, "licences/present.html", {"card": found, "qr": qr.svg(found.url)})


@require_GET
@signed_in
def document(request: HttpRequest, licence: int, caller: Caller) -> HttpResponse:
    """The licence as JSON: the very bytes its detached signature is of."""
    found = wallet.card(wallet.find(licence, caller), people.today(clock()))
    return _download(documents.canonical(found.document), "application/json", f"{licence}.json")


@require_GET
@signed_in
def signature(request: HttpRequest, licence: int, caller: Caller) -> HttpResponse:
    """The organ's detached signature of the JSON document (CMS, DER)."""
    row = wallet.find(licence, caller)
    return _download(bytes(row.signature), "application/pkcs7-signature", f"{licence}.json.p7s")


@require_GET
@signed_in
def pdf(request: HttpRequest, licence: int, caller: Caller) -> HttpResponse:
    """The PDF of a replacement; that of the first edition is a letter of its case."""
    row = wallet.find(licence, caller)
    if row.letter is not None:
        return redirect("cases:letter", case_no=row.case_no, letter=row.letter)
    return show_pdf(wallet.pdf(row), f"licence-{licence}")


def _download(content: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="licence-{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
