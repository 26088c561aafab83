"""What the specimen pages show: one of every component, on made-up words that are no real case."""

from datetime import UTC, date, datetime

import msgspec
from django.utils.translation import get_language, gettext

from tongban.kit.forms import compile_form


class _Words(msgspec.Struct, frozen=True):
    zh: str
    en: str


class _Option(msgspec.Struct, frozen=True):
    value: str
    label: _Words


class _Field(msgspec.Struct, frozen=True):
    code: str
    label: _Words
    kind: str
    required: bool = True
    hint: _Words | None = None
    options: list[_Option] = []
    maximum: int | None = None
    minimum: int | None = None


_FIELDS = [
    _Field("name", _Words("经营者名称", "Name of the business"), "text", hint=_Words("与营业执照一致", "As on the business licence")),
    _Field("uscc", _Words("统一社会信用代码", "Unified social credit code"), "uscc", hint=_Words("18 位，在营业执照右上角", "18 characters, top right of the licence")),
    _Field("phone", _Words("联系电话", "Telephone"), "phone"),
    _Field("opens_on", _Words("计划开业日期", "Planned opening day"), "date", hint=_Words("例如 2026 年 11 月 23 日", "For example 23 11 2026")),
    _Field("area", _Words("经营面积", "Floor area"), "decimal", hint=_Words("平方米", "Square metres")),
    _Field("capital", _Words("投资总额", "Total investment"), "money", required=False),
    _Field("online", _Words("是否网络经营", "Sold online"), "yes_no"),
    _Field(
        "business",
        _Words("主体业态", "Kind of business"),
        "choice",
        options=[
            _Option("sales", _Words("食品销售经营者", "Food seller")),
            _Option("catering", _Words("餐饮服务经营者", "Catering provider")),
            _Option("canteen", _Words("单位食堂", "Staff canteen")),
        ],
    ),
    _Field(
        "items",
        _Words("经营项目", "Lines of business"),
        "multiple",
        options=[
            _Option("bulk", _Words("散装食品销售", "Loose food")),
            _Option("hot", _Words("热食类食品制售", "Hot food")),
            _Option("cold", _Words("冷食类食品制售", "Cold food")),
        ],
    ),
    _Field("remarks", _Words("其他说明", "Remarks"), "long_text", required=False, maximum=200),
]  # fmt: skip

_WRONG = {
    "name": "雅雨小馆",
    "uscc": "91511802MA62X4KQ1H",
    "phone": "138-0013",
    "opens_on_year": "2026",
    "opens_on_month": "13",
    "opens_on_day": "2",
    "area": "80平",
    "online": "yes",
}

_ROWS = [
    ("red", "食品经营许可（新办）", "雅雨小馆", _Words("审查", "Review"), "2026-11-20"),
    ("amber", "公共场所卫生许可", "青衣江酒店有限公司", _Words("现场核查", "Site survey"), "2026-11-24"),
    ("green", "企业设立登记", "蒙顶山茶业合作社", _Words("受理", "Acceptance"), "2026-11-27"),
    ("black", "取水许可", "名山水务有限公司", _Words("决定", "Decision"), "2026-11-16"),
]


def context() -> dict:
    """Everything both specimen pages need."""
    form = compile_form(_FIELDS, language=get_language() or "zh-hans")
    bad = form(_WRONG)
    bad.is_valid()
    return {
        "blank_form": form(initial={"name": "雅雨小馆", "opens_on": "2026-12-01"}, auto_id="blank_%s"),
        "bad_form": bad,
        "at": datetime(2026, 11, 23, 1, 12, tzinfo=UTC),
        "earlier": datetime(2026, 11, 22, 8, 40, tzinfo=UTC),
        "on": date(2026, 11, 23),
        "case_no": "11511802MB1234567X4000131009000" + "20261123" + "0187",
        "bilingual": {"zh": "食品经营许可", "en": "Food business licence"},
        "chinese_only": {"zh": "高山草原证", "en": ""},
        "parts": [
            {"id": "conditions", "title": gettext("受理条件")},
            {"id": "materials", "title": gettext("申请材料")},
            {"id": "times", "title": gettext("办理时限")},
        ],
        "rows": [
            {"light": light, "title": title, "party": party, "step": step, "due": date.fromisoformat(due)}
            for light, title, party, step, due in _ROWS
        ],
    }
