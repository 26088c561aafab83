"""Addresses of the catalogue: public pages, and the desk where it is kept."""

from django.urls import path

from tongban.catalogue.views import blocks, desk, editor, findings, portal, workbooks

app_name = "catalogue"
urlpatterns = [
    path("", portal.home, name="home"),
    path("search/", portal.search, name="search"),
    path("scenes/<slug:key>/", portal.scene, name="scene"),
    path("bundles/<slug:code>/", portal.bundle, name="bundle"),
    path("bundles/<slug:code>/flow.bpmn", portal.bundle_bpmn, name="bundle_bpmn"),
    path("counties/<str:code>/", portal.choose_county, name="county"),
    path("items/<str:base_code>/", portal.item, name="item"),
    path("items/<str:base_code>/guidance/", portal.guidance, name="guidance"),
    path("items/<str:base_code>/procedure.bpmn", portal.bpmn, name="bpmn"),
    path("cleanup/", findings.summary, name="cleanup"),
    path("desk/findings/", findings.findings, name="findings"),
    path("desk/findings/figures", findings.figures, name="findings_figures"),
    path("desk/findings/<slug:key>/", findings.finding, name="finding"),
    path("desk/findings/<slug:key>/answer", findings.answer, name="answer_standing"),
    path("desk/findings/<slug:key>/<slug:verdict>", findings.review, name="review_standing"),
    path("desk/items/", desk.items, name="desk_items"),
    path("desk/items/figures", desk.figures, name="figures"),
    path("desk/items/workbook", workbooks.upload, name="workbook"),
    path("desk/items/workbook/check", workbooks.check, name="workbook_check"),
    path("desk/items/export.xlsx", workbooks.export, name="export"),
    path("desk/items/blocks/", blocks.listed, name="blocks"),
    path("desk/items/blocks/<slug:code>/", blocks.block, name="block"),
    path("desk/items/blocks/<slug:code>/adoption", blocks.adopt, name="adopt_block"),
    path("desk/items/<str:base_code>/", desk.item, name="desk_item"),
    path("desk/items/<str:base_code>/versions", desk.begin, name="begin_version"),
    path("desk/claims/<int:implementation>/", desk.claim, name="claim"),
    path("desk/versions/<int:version>/", desk.version, name="version"),
    path("desk/versions/<int:version>/preview", desk.preview, name="version_preview"),
    path("desk/versions/<int:version>/answers", desk.answer, name="answer_finding"),
    path("desk/versions/<int:version>/parts/", editor.outline, name="version_parts"),
    path("desk/versions/<int:version>/parts/edit", editor.part, name="edit_part"),
    path("desk/versions/<int:version>/parts/order", editor.arrange, name="arrange_part"),
    path("desk/versions/<int:version>/parts/block", blocks.arrange, name="arrange_block"),
    path("desk/versions/<int:version>/<slug:deed>", desk.decide, name="decide_version"),
]
