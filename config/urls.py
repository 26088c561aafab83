"""Which room answers which address."""

from django.urls import include, path

from config import health, outage
from config.api import api

handler500 = outage.server_error

urlpatterns = [
    path("livez", health.livez, name="livez"),
    path("readyz", health.readyz, name="readyz"),
    path("api/", api.urls),
    path("", include("tongban.kit.urls")),
    path("", include("tongban.people.urls")),
    path("", include("tongban.bilingual.urls")),
    path("", include("tongban.connectors.urls")),
    path("", include("tongban.catalogue.urls")),
    path("", include("tongban.licences.urls")),
    path("", include("tongban.townships.urls")),
    path("", include("tongban.cases.urls")),
    path("", include("tongban.construction.urls")),
    path("", include("tongban.simulated.urls")),
    path("", include("tongban.enterprise.urls")),
    path("record/", include("tongban.record.urls")),
]
