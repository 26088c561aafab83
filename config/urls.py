"""Which room answers which address."""

from django.urls import include, path

urlpatterns = [
    path("", include("tongban.kit.urls")),
    path("", include("tongban.people.urls")),
    path("", include("tongban.catalogue.urls")),
    path("record/", include("tongban.record.urls")),
]
