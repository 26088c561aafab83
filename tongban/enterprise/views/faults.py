"""Refusals told at the field of a form they are about."""

from collections.abc import Mapping

from django.forms import Form

from tongban.engine.refusal import Refused
from tongban.people.access import told


def tell_at(form: Form, refused: Refused, fields: Mapping[str, str]) -> None:
    """Tell a refusal at its field of {code: field}; what is about no field of the form is raised again."""
    if refused.code not in fields:
        raise refused
    form.add_error(fields[refused.code], " ".join(told(refused)))
