"""Django application of the kit room."""

from django.apps import AppConfig


class KitConfig(AppConfig):
    name = "tongban.kit"
    label = "kit"
    default_auto_field = "django.db.models.BigAutoField"
