"""Django application of the record room."""

from django.apps import AppConfig


class RecordConfig(AppConfig):
    name = "tongban.record"
    label = "record"
    default_auto_field = "django.db.models.BigAutoField"
