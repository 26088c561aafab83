"""Django application of the room of simulated approvals."""

from django.apps import AppConfig


class SimulatedConfig(AppConfig):
    name = "tongban.simulated"
    label = "simulated"
    default_auto_field = "django.db.models.BigAutoField"
