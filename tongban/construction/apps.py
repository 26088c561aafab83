"""Django application of the construction room."""

from django.apps import AppConfig


class ConstructionConfig(AppConfig):
    name = "tongban.construction"
    label = "construction"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from tongban.construction.queries.definition import definition

        definition()  # a fault in the shipped tables is found at the start
