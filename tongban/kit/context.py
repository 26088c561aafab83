"""What every page knows: the city, its telephone, the demo flag, the reader's text size, the navigation."""

from functools import cache, partial

from django.conf import settings
from django.http import HttpRequest
from django.template.loader import get_template
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

# Portal navigation: label and the URL name that answers it. An entry whose room is not installed is left out.
NAVIGATION = (
    (_("办事"), "catalogue:home"),
    (_("我的办件"), "cases:mine"),
    (pgettext_lazy("navigation", "工程建设"), "construction:projects"),
    (pgettext_lazy("navigation", "企业服务"), "enterprise:mine"),
    (pgettext_lazy("navigation", "证照"), "licences:wallet"),
    (_("查进度"), "cases:track"),
    (_("核验"), "cases:verify"),
    (_("记录"), "record:home"),
)

# The workbench's rail: label, URL name, icon.
DESK = (
    (_("待办"), "cases:inbox", "inbox"),
    (_("全部办件"), "cases:desk", "cases"),
    (pgettext_lazy("navigation", "工程建设"), "construction:desk_projects", "projects"),
    (pgettext_lazy("navigation", "企业服务"), "enterprise:home", "enterprise"),
    (pgettext_lazy("navigation", "证照"), "licences:desk", "licences"),
    (_("事项管理"), "catalogue:desk_items", "items"),
    (_("检查结果"), "catalogue:findings", "findings"),
    (pgettext_lazy("navigation", "下放"), "townships:register", "devolution"),
    (_("双语"), "bilingual:home", "bilingual"),
    (_("日历"), "cases:calendar", "calendar"),
    (_("记录"), "record:home", "record"),
)


def page(request: HttpRequest) -> dict:
    """Template context of every page; asks neither the database nor who is reading.

    `nav` and `desk_nav` are called by the templates that draw them.
    """
    return {
        "demo": settings.DEMO,
        "city": settings.CITY,
        "hotline": settings.HOTLINE,
        "elder": request.COOKIES.get("elder") == "on",
        "nav": partial(portal_entries, request.path),
        "desk_nav": partial(desk_entries, request.path),
    }


def portal_entries(path: str) -> list[dict]:
    """The portal's entries: {label, url, current}."""
    return _marked(
        path, [{"label": label, "url": url} for label, name in NAVIGATION if (url := _address(name))]
    )


def desk_entries(path: str) -> list[dict]:
    """The rail's entries: {label, url, icon (drawn), current}."""
    return _marked(
        path,
        [
            {"label": label, "url": url, "icon": _icon(icon)}
            for label, name, icon in DESK
            if (url := _address(name))
        ],
    )


def _marked(path: str, entries: list[dict]) -> list[dict]:
    """Marks as current the entry with the longest address that begins `path`."""
    begun = [entry["url"] for entry in entries if _under(path, entry["url"])]
    here = max(begun, key=len, default=None)
    return [{**entry, "current": entry["url"] == here} for entry in entries]


def _under(path: str, url: str) -> bool:
    """Whether `path` lies at or below `url`, or at an address that is reached from there."""
    below = path == url if url == "/" else path.startswith(url)
    return below or path.startswith(_REACHED_FROM.get(url, ()))


_REACHED_FROM = {
    "/": ("/items/", "/search", "/scenes/"),
    "/desk/items/": ("/desk/versions/", "/desk/claims/"),
    "/desk/devolution/": ("/desk/figures/",),
}


@cache
def _address(name: str) -> str | None:
    try:
        return reverse(name)
    except NoReverseMatch:
        return None


@cache
def _icon(name: str) -> str:
    """An icon of the rail as safe markup; drawn once in a process."""
    return get_template(f"kit/icons/{name}.html").render()
