"""Addresses of the licences room."""

from django.urls import path

from tongban.licences.views import copies, desk, public, wallet

app_name = "licences"
urlpatterns = [
    path("my/licences/", wallet.cards, name="wallet"),
    path("my/licences/<int:licence>/", wallet.one, name="licence"),
    path("my/licences/<int:licence>/presentation/", wallet.present, name="present"),
    path("my/licences/<int:licence>/licence.json", wallet.document, name="document"),
    path("my/licences/<int:licence>/licence.json.p7s", wallet.signature, name="signature"),
    path("my/licences/<int:licence>/licence.pdf", wallet.pdf, name="pdf"),
    path("my/licences/<int:licence>/copies/", copies.make, name="make_copy"),
    path("my/licences/<int:licence>/copies/<int:copy>.pdf", copies.download, name="copy_pdf"),
    path("licences/verify/", public.verify, name="verify"),
    path("licences/status/<int:number>.json", public.status, name="status"),
    path("licences/key.json", public.key, name="key"),
    path("licences/copies/<str:code>/", copies.verify, name="copy"),
    path("desk/licences/", desk.licences, name="desk"),
    path("desk/licences/<int:licence>/", desk.licence, name="desk_licence"),
    path("desk/licences/<int:licence>/proceedings/<int:proceeding>", desk.decision, name="desk_decision"),
]
