"""Counting failures, so that a secret of a few characters cannot be tried out."""

from django.contrib.auth.signals import user_login_failed
from django.http import HttpRequest


def note_failure(*, subject: str, request: HttpRequest) -> None:
    """A wrong secret was given for `subject`; five lock it like a user name, see `queries.lock`.

    What to answer is the caller's: the page of a locked account is for accounts.
    Basis: 等保 level 3 (lockout).
    """
    user_login_failed.send(sender=__name__, credentials={"username": subject}, request=request)
    request.axes_locked_out = False  # type: ignore[attr-defined]
