"""A form that can be refused by a rule and says so beside the field it concerns."""

from django import forms

from tongban.engine.refusal import Refused
from tongban.people import phrases

# Refusals and the field each is about; any other is said above the form.
_FIELD = {
    "id_length": "id_number",
    "id_character": "id_number",
    "id_birth_date": "id_number",
    "id_birth_future": "id_number",
    "id_check": "id_number",
    "id_number_taken": "id_number",
    "under_fourteen": "id_number",
    "phone_character": "phone",
    "phone_length": "phone",
    "phone_area_code": "phone",
    "phone_shape": "phone",
    "username_invalid": "username",
    "username_taken": "username",
    "officer_elsewhere": "username",
    "uscc_length": "uscc",
    "uscc_character": "uscc",
    "uscc_division": "uscc",
    "uscc_check": "uscc",
    "uscc_organisation_check": "uscc",
    "company_known": "uscc",
    "agent_unknown": "username",
    "agent_is_you": "username",
    "agent_already": "username",
    "agent_date_passed": "valid_to",
    "account_unknown": "username",
    "post_overlaps": "username",
    "powers_separated": "username",
    "post_without_roles": "roles",
    "supervisor_only_reads": "roles",
    "post_dates_reversed": "valid_to",
    "purpose_missing": "purpose",
}


class Worded(forms.Form):
    """What was typed stays; what was wrong stands beside it."""

    use_required_attribute = False  # the server's words are better than the browser's

    def refuse(self, refused: Refused) -> None:
        """Show `refused` at its field, or above the form."""
        field = _FIELD.get(refused.code)
        self.add_error(field if field in self.fields else None, phrases.sentence(refused))


def required(words) -> dict:
    """`error_messages` for an empty answer."""
    return {"required": words}
