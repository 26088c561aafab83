"""Addresses of the connectors room."""

from django.urls import path

from tongban.connectors.views import desk, inbox

app_name = "connectors"
urlpatterns = [
    path("connectors/<slug:receiver>/messages", inbox.messages, name="messages"),
    path("desk/admin/connectors/", desk.overview, name="overview"),
    path("desk/admin/connectors/<slug:receiver>/", desk.receiver, name="receiver"),
    path("desk/admin/connectors/messages/<uuid:message>/", desk.message, name="message"),
    path("desk/admin/connectors/messages/<uuid:message>/resending", desk.resending, name="resending"),
    path("desk/admin/connectors/messages/<uuid:message>/giving-up", desk.giving_up, name="giving_up"),
]
