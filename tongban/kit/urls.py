"""Addresses of the kit: language, text size, statements, keys, the component specimens."""

from django.urls import path

from . import views

app_name = "kit"
urlpatterns = [
    path("language/<str:code>/", views.language, name="language"),
    path("elder/<str:switch>/", views.elder, name="elder"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("privacy/", views.privacy, name="privacy"),
    path("desk/keys", views.keys, name="keys"),
    path("kit/specimen", views.specimen, name="specimen"),
    path("kit/specimen/desk", views.specimen_desk, name="specimen_desk"),
]
