"""Lint of what goes to an organ's own system, and of what a grant founds: the fields named are there."""

from collections.abc import Iterator

from tongban.catalogue.rules.guide import Field, FieldKind, Guide, StepKind
from tongban.catalogue.rules.lint.finding import Fault, said

_PATH = "outside"


def _fields(guide: Guide) -> dict[str, Field]:
    """The fields that stand once in a form, by code."""
    return {field.code: field for section in guide.form if not section.rows for field in section.fields}


def handled_outside(guide: Guide) -> Iterator[Fault]:
    """A system is told who receives, what, and what its answers mean; and nothing is left for officers to do
    before the decision. Basis: configuration (外部系统办理).
    """
    one = guide.outside
    if not one.kind:
        return
    if bool(one.receiver) == bool(one.chosen_by):
        yield said(
            f"{_PATH}.receiver",
            "接收方应当写明或者由申请人选择，二者选一",
            "Name the receiver, or who chooses it",
        )
    if not (one.granted and one.referred):
        yield said(
            f"{_PATH}.granted", "应当写明办结和转人工的消息类型", "Name the kinds that grant and that refer"
        )
    known = _fields(guide)
    if one.chosen_by and (one.chosen_by not in known or known[one.chosen_by].takers != one.kind):
        yield said(
            f"{_PATH}.chosen_by",
            f"{one.chosen_by} 不是可选机构的字段",
            f"{one.chosen_by} is no choice of takers",
        )
    for part in one.sends:
        if part.code not in known or known[part.code].kind is FieldKind.FILE:
            yield said(
                f"{_PATH}.sends.{part.code}",
                "表单中没有这个字段，或者是文件字段",
                "The form has no such field, or it is one of files",
            )
    if any(step.kind is not StepKind.DECISION for step in guide.steps):
        yield said(
            "steps",
            "由外部系统办理的事项只有决定环节",
            "An item handled by a system has the decision as its only step",
        )


def founding(guide: Guide) -> Iterator[Fault]:
    """What an enterprise is founded from is asked for. Basis: 市场主体登记管理条例 Art 8."""
    one = guide.founds
    if not one.category:
        return
    known = _fields(guide)
    if known.get(one.head_id, Field(code="", label=guide.name)).kind is not FieldKind.ID_NUMBER:
        yield said("founds.head_id", "应当是身份证号码字段", "Must be a field for an ID number")
    for name in ("company", "head", "seat"):
        if getattr(one, name) not in known:
            yield said(f"founds.{name}", "表单中没有这个字段", "The form has no such field")


def takers(guide: Guide) -> Iterator[Fault]:
    """Only one choice can be among organs outside. Basis: configuration."""
    for code, field in _fields(guide).items():
        if field.takers and (field.kind is not FieldKind.CHOICE or field.options):
            yield said(
                f"fields.{code}",
                "可选外部机构的字段应为没有选项的单选",
                "A choice of takers has no options of its own",
            )
