"""Addresses of the bilingual room: all on the workbench; the portal shows what is approved by itself."""

from django.urls import path

from . import views

app_name = "bilingual"
urlpatterns = [
    path("desk/bilingual/", views.home, name="home"),
    path("desk/bilingual/staffing", views.staffing, name="staffing"),
    path("desk/bilingual/signs", views.signs, name="signs"),
    path("desk/bilingual/signs/<slug:key>-<slug:language>.pdf", views.sign, name="sign"),
    path("desk/bilingual/messages/<int:message>/<slug:language>/", views.message, name="message"),
    path("desk/bilingual/translations/<int:translation>/<slug:deed>", views.decide, name="decide"),
    path("desk/bilingual/<slug:language>/<slug:part>/", views.lines, name="lines"),
]
