"""Django application of the townships room."""

from django.apps import AppConfig


class TownshipsConfig(AppConfig):
    name = "tongban.townships"
    label = "townships"
    default_auto_field = "django.db.models.BigAutoField"
