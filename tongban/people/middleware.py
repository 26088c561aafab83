"""The gate for officers, who show a second factor first, and what browsers may keep of a person's pages."""

from collections.abc import Callable

from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

from tongban.people import queries
from tongban.people.models import Account

# Pages open before the gate: what the gate asks for, the way out, the reader's language and text size.
_OPEN = frozenset(
    {
        "account_login",
        "account_logout",
        "account_reauthenticate",
        "mfa_reauthenticate",
        "kit:language",
        "kit:elder",
        "kit:privacy",
        "kit:accessibility",
        "kit:livez",
    }
)


RENEW_SECONDS = 60
_RENEWED = "renewed"


class StaffGate:
    """Sends a session that has not shown what its account must show to the page where it can.

    Basis: 等保 level 3 (two factors for officers and administrators).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view, args, kwargs) -> HttpResponse | None:
        """The detour, or None to go on. A request without a session cookie is not a session's."""
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or not request.user.is_authenticated:
            return None
        wanted = _wanted(request, request.user)
        here = request.resolver_match.view_name if request.resolver_match else ""
        if wanted is None or here == wanted or here in _OPEN:
            return None
        if request.path.startswith("/api/"):
            return _problem(wanted)
        return HttpResponseRedirect(reverse(wanted))


def _wanted(request: HttpRequest, account: Account) -> str | None:
    """The page this session must pass first, if any."""
    standing = queries.standing_of(account, timezone.now())
    if (standing.posts or account.admin_kind) and not has_second_factor(request):
        return "mfa_reauthenticate" if standing.second_factor else "mfa_activate_totp"
    return "account_change_password" if account.password_issued_at else None


def has_second_factor(request: HttpRequest) -> bool:
    """Whether this very session showed a second factor, at sign-in or when enrolling it."""
    return any(record["method"] == "mfa" for record in get_authentication_records(request, request.user))


def _problem(wanted: str) -> JsonResponse:
    document = {
        "type": f"/api/problems#{wanted}",
        "title": _("这个会话还没有完成登录。"),
        "detail": _("请先在网页上完成第二因素验证或修改初始密码。"),
        "status": 403,
        "code": "sign_in_unfinished",
    }
    return JsonResponse(document, status=403, content_type="application/problem+json")


class Renewal:
    """A session in use is renewed, at most once a minute: a page read writes nothing.

    Basis: 等保 level 3 (idle timeout).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        session, now = request.session, timezone.now().timestamp()
        if session.accessed and SESSION_KEY in session and now - session.get(_RENEWED, 0) >= RENEW_SECONDS:
            session[_RENEWED] = now
        return response


class NothingKept:
    """Pages of a signed-in person and answers to what was typed are kept by no browser or proxy.

    Halls have shared machines: after signing out, the back button must show nothing.
    Basis: 个人信息保护法 Art 51; 等保 level 3 (residual information).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if "Cache-Control" not in response and (request.method == "POST" or _signed_in(request)):
            add_never_cache_headers(response)
        return response


def _signed_in(request: HttpRequest) -> bool:
    """Whether the session is somebody's; asks only the session the request has read already."""
    session = getattr(request, "session", None)
    return session is not None and session.accessed and SESSION_KEY in session
