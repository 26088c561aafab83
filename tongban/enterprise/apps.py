"""Django application of the enterprise room."""

from django.apps import AppConfig


class EnterpriseConfig(AppConfig):
    name = "tongban.enterprise"
    label = "enterprise"
    default_auto_field = "django.db.models.BigAutoField"
