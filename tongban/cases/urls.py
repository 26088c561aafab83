"""Addresses of the cases room."""

from django.urls import path

from tongban.cases.views import calendar, desk, figures, mine, portal

app_name = "cases"
urlpatterns = [
    path("apply/<str:task_code>/", portal.start, name="start"),
    path("drafts/<uuid:draft>/", portal.tasks, name="tasks"),
    path("drafts/<uuid:draft>/town/", portal.town, name="town"),
    path("drafts/<uuid:draft>/situation/", portal.situation, name="situation"),
    path("drafts/<uuid:draft>/form/<slug:section>/", portal.section, name="section"),
    path("drafts/<uuid:draft>/materials/<slug:code>/", portal.material, name="material"),
    path("drafts/<uuid:draft>/uploads/<uuid:upload>/removal", portal.remove, name="remove"),
    path("drafts/<uuid:draft>/check/", portal.check, name="check"),
    path("drafts/<uuid:draft>/application.pdf", portal.application_form, name="application_form"),
    path("drafts/<uuid:draft>/discard/", portal.discard, name="discard"),
    path("my/cases/", mine.mine, name="mine"),
    path("my/cases/<str:case_no>/", mine.tracker, name="tracker"),
    path("my/cases/<str:case_no>/receipt/", mine.receipt, name="receipt"),
    path("my/cases/<str:case_no>/application.pdf", mine.application_form, name="my_application_form"),
    path("my/cases/<str:case_no>/signature/", mine.signature, name="signature"),
    path("my/cases/<str:case_no>/correction/", mine.correct, name="correct"),
    path("my/cases/<str:case_no>/correction/<slug:code>/", mine.correct_material, name="correct_material"),
    path("my/cases/<str:case_no>/uploads/<uuid:upload>/removal", mine.take_back, name="take_back"),
    path("my/cases/<str:case_no>/withdrawal/", mine.withdraw, name="withdraw"),
    path("my/cases/<str:case_no>/proofs/<int:position>.json", mine.proof, name="proof"),
    path("cases/<str:case_no>/letters/<int:letter>.pdf", mine.letter, name="letter"),
    path("track/", mine.track, name="track"),
    path("verify/", mine.verify, name="verify"),
    path("verify/<str:code>/", mine.verify, name="verify_code"),
    path("desk/", desk.home, name="inbox"),
    path("desk/cases/", desk.everything, name="desk"),
    path("desk/calendar/", calendar.year, name="calendar"),
    path("desk/calendar/entry", calendar.entry, name="calendar_entry"),
    path("desk/figures/organs", figures.organs, name="by_organ"),
    path("desk/next", desk.next_case, name="desk_next"),
    path("desk/cases/<str:case_no>/", desk.case, name="desk_case"),
    path("desk/cases/<str:case_no>/preview", desk.preview, name="desk_preview"),
    path("desk/cases/<str:case_no>/check", desk.check, name="desk_check"),
    path("desk/cases/<str:case_no>/verdict", desk.verdict, name="desk_verdict"),
    path("desk/cases/<str:case_no>/notes", desk.note, name="desk_note"),
    path("desk/cases/<str:case_no>/plain", desk.reveal, name="desk_reveal"),
    path("desk/cases/<str:case_no>/application.pdf", desk.application_form, name="desk_application_form"),
    path("desk/cases/<str:case_no>/files/<str:upload>", desk.file, name="desk_file"),
    path("desk/cases/<str:case_no>/steps/<slug:step>", desk.command, {"resource": "steps"}, name="desk_step"),
    path("desk/cases/<str:case_no>/<path:resource>", desk.command, name="desk_command"),
]
