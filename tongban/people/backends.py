"""How a session's account is loaded: one statement brings the account with its posts and parties."""

from allauth.account.auth_backends import AuthenticationBackend
from django.utils import timezone

from tongban.people import queries
from tongban.people.models import Account


class AccountBackend(AuthenticationBackend):
    """allauth's backend, loading accounts together with what they hold."""

    def get_user(self, user_id: int) -> Account | None:
        account = queries.with_standing(user_id, timezone.now())
        return account if account and self.user_can_authenticate(account) else None
