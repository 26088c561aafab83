"""Everything that changes people: registration, representation, posts, accounts, tokens, privacy."""

from tongban.people.actions.accounts import (
    change_password,
    close_account,
    issue_password,
    open_account,
    reopen_account,
    reset_second_factor,
    unlock,
)
from tongban.people.actions.languages import attest_language, end_language
from tongban.people.actions.lockout import note_failure
from tongban.people.actions.posts import end_post, grant_post
from tongban.people.actions.privacy import (
    change_phone,
    erase,
    note_plain_view,
    reseal,
    view_plain,
)
from tongban.people.actions.registration import (
    add_agent,
    end_representation,
    found,
    register_company,
    register_person,
)
from tongban.people.actions.tokens import issue_token, revoke_token

__all__ = [
    "add_agent",
    "attest_language",
    "change_password",
    "change_phone",
    "close_account",
    "end_language",
    "end_post",
    "end_representation",
    "erase",
    "found",
    "grant_post",
    "issue_password",
    "issue_token",
    "note_failure",
    "note_plain_view",
    "open_account",
    "register_company",
    "register_person",
    "reopen_account",
    "reseal",
    "reset_second_factor",
    "revoke_token",
    "unlock",
    "view_plain",
]
