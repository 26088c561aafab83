"""How a page's session is read: by a statement written once, not built for every page."""

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from tongban.kit.written import Written

_LIVE = Written(Session.objects.all, "where session_key = %(key)s and expire_date > %(at)s")


class SessionStore(db.SessionStore):
    """Django's sessions in the database."""

    def _get_session_from_db(self) -> Session | None:
        found = _LIVE.first(key=self.session_key, at=timezone.now())
        if found is None:
            self._session_key = None
        return found
