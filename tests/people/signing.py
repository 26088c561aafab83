"""Signing in for tests of any room: a session as the real sign-in leaves it, without the hashing."""

import time

from django.test import Client

from tongban.people.models import Account


def sign_in(client: Client, username: str, *, second_factor: bool = True) -> Account:
    """Give `client` the session of `username`; with its second factor shown unless told otherwise."""
    account = Account.objects.get(username=username)
    client.force_login(account)
    methods = [{"method": "password", "at": time.time(), "username": username}]
    if second_factor:
        methods.append({"method": "mfa", "at": time.time(), "type": "totp"})
    session = client.session
    session["account_authentication_methods"] = methods
    session["account_authentication_methods_user"] = str(account.pk)
    session.save()
    return account
