"""Django application of the bilingual room; pages ask it which words are approved."""

from django.apps import AppConfig

from tongban.kit import tongues


class BilingualConfig(AppConfig):
    name = "tongban.bilingual"
    label = "bilingual"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from tongban.bilingual.queries import approved

        tongues.supply(approved)
