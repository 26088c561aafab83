"""Django application of the connectors room."""

from django.apps import AppConfig


class ConnectorsConfig(AppConfig):
    name = "tongban.connectors"
    label = "connectors"
    default_auto_field = "django.db.models.BigAutoField"
