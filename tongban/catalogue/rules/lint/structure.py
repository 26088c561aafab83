"""Lint of how an item is built: codes, conditions, questions, fields, checklists, the procedure."""

from collections import Counter
from collections.abc import Iterator
from itertools import product

from tongban.catalogue.rules import limits, situations
from tongban.catalogue.rules.completeness import MISSING
from tongban.catalogue.rules.guide import Field, FieldKind, Guide, Section, Source, Step, StepKind
from tongban.catalogue.rules.lint.finding import Fault, said
from tongban.catalogue.rules.terms import PREFILLS
from tongban.engine import conditions as conditional
from tongban.engine.conditions import Condition

_OPTION_KINDS = {FieldKind.CHOICE, FieldKind.MULTIPLE}
_STOPS_CLOCK = {StepKind.EXPERT_REVIEW, StepKind.TESTING}  # Art 45: their time is not counted


def unique_codes(guide: Guide) -> Iterator[Fault]:
    """No code stands twice where it is looked up. Basis: configuration."""
    for path, codes in _codes(guide):
        for code, count in Counter(codes).items():
            if count > 1:
                yield said(f"{path}.{code}", "编码重复", "The code is used twice")


def _codes(guide: Guide) -> Iterator[tuple[str, list[str]]]:
    """Every list of codes that must differ, with its path."""
    yield "questions", [question.code for question in guide.questions]
    yield "materials", [material.code for material in guide.materials]
    yield "form", [section.code for section in guide.form]
    yield "fields", [*(field.code for section in guide.form for field in section.fields), *_lists(guide)]
    yield "steps", [step.code for step in guide.steps]
    yield "result.prints", [part.code for part in guide.result.prints]
    for question in guide.questions:
        yield f"questions.{question.code}", [option.value for option in question.options]
    for material in guide.materials:
        yield f"materials.{material.code}", [defect.code for defect in material.defects]
    for section in guide.form:
        for field in section.fields:
            yield f"fields.{field.code}", [option.value for option in field.options]


def _lists(guide: Guide) -> list[str]:
    """Codes of the lists of rows: they stand beside the fields' in the answers."""
    return [section.code for section in guide.form if section.rows]


def checklist(guide: Guide) -> Iterator[Fault]:
    """A material asked for says what can be wrong with it; `missing` is every material's own.

    Basis: 行政许可法 Art 32(4); configuration (the same list for every clerk).
    """
    for part in guide.materials:
        if part.source is not Source.SHARED and not part.defects:
            yield said(
                f"materials.{part.code}", "材料没有列出可能的问题", "The material has no checklist of defects"
            )
        if any(defect.code == MISSING for defect in part.defects):
            yield said(
                f"materials.{part.code}", "“missing”是保留编码", "The defect code 'missing' is reserved"
            )
        if part.copies < 1:
            yield said(f"materials.{part.code}", "份数至少为1", "At least one copy")


def conditions(guide: Guide) -> Iterator[Fault]:
    """Whatever depends on an answer depends on a question and answers that exist. Basis: configuration."""
    known = {question.code: {option.value for option in question.options} for question in guide.questions}
    for path, when in _conditions(guide):
        for question, accepted in conditional.asked(when):
            if question not in known:
                yield said(path, f"条件引用了不存在的问题 {question}", f"No question {question}")
            elif not accepted:
                yield said(path, f"条件没有列出 {question} 的答案", f"No answer of {question} is accepted")
            elif strangers := sorted(set(accepted) - known[question]):
                words = "、".join(strangers)
                yield said(path, f"{question} 没有答案 {words}", f"{question} has no answer {words}")


def _conditions(guide: Guide) -> Iterator[tuple[str, Condition]]:
    for question in guide.questions:
        yield f"questions.{question.code}", question.when
    for material in guide.materials:
        yield f"materials.{material.code}", material.when
    for section in guide.form:
        yield f"form.{section.code}", section.when
        for field in section.fields:
            yield f"fields.{field.code}", field.when
    for step in guide.steps:
        yield f"steps.{step.code}", step.when
    for fee in guide.fees:
        yield f"fees.{fee.name.zh}", fee.when


def asked_above(guide: Guide) -> Iterator[Fault]:
    """A field that depends on the form depends on choices above it in its own section. Basis: configuration."""
    for section in guide.form:
        above: dict[str, set[str]] = {}
        for field in section.fields:
            for code, accepted in conditional.asked(field.only_if):
                path = f"fields.{field.code}"
                if code not in above:
                    yield said(
                        path,
                        f"只能取决于同一分节中在它前面的选择题或是否题，不能取决于 {code}",
                        f"It may only depend on choices above it in its section, not on {code}",
                    )
                elif strangers := sorted(set(accepted) - above[code]):
                    words = "、".join(strangers)
                    yield said(path, f"{code} 没有选项 {words}", f"{code} has no option {words}")
            if field.kind in _OPTION_KINDS:
                above[field.code] = {option.value for option in field.options}
            elif field.kind is FieldKind.YES_NO:
                above[field.code] = {"yes", "no"}


def questions(guide: Guide) -> Iterator[Fault]:
    """A question offers a choice and depends only on questions asked before it. Basis: configuration."""
    asked: set[str] = set()
    for question in guide.questions:
        if len(question.options) < 2:
            yield said(f"questions.{question.code}", "问题至少要有两个选项", "A question needs two options")
        if later := sorted(conditional.codes(question.when) - asked):
            words = "、".join(later)
            yield said(
                f"questions.{question.code}",
                f"问题只能取决于前面的问题，不能取决于 {words}",
                f"A question may only depend on earlier ones, not on {words}",
            )
        asked.add(question.code)


def fields(guide: Guide) -> Iterator[Fault]:
    """A choice has options, nothing else has; bounds are in order; a section has fields.

    Basis: configuration.
    """
    for section in guide.form:
        if not section.fields:
            yield said(f"form.{section.code}", "分节没有字段", "The section has no fields")
        yield from _rows(section)
        for field in section.fields:
            path = f"fields.{field.code}"
            if field.kind is FieldKind.FILE:
                yield from _files(section, field, path)
            if field.kind in _OPTION_KINDS and not field.options and not field.takers:
                yield said(path, "选择题没有选项", "The choice has no options")
            if field.kind not in _OPTION_KINDS and field.options:
                yield said(path, "这种字段不应有选项", "This kind of field has no options")
            if field.prefill and field.prefill not in PREFILLS:
                yield said(
                    path, f"没有可以填写 {field.prefill} 的来源", f"Nothing is known as {field.prefill}"
                )
            if None not in (field.minimum, field.maximum) and field.minimum > field.maximum:  # type: ignore[operator]
                yield said(path, "最小值大于最大值", "The minimum is above the maximum")


MOST_FILES = 20  # of one field: so many a page can still show


def _files(section: Section, field: Field, path: str) -> Iterator[Fault]:
    if section.rows is not None:
        yield said(
            path,
            "重复填写的分节不能有文件字段：请移到不重复的分节，或者改为申请材料",
            "A list of rows cannot ask for files: move the field to a section of its own, or make it a material",
        )
    least, most = field.minimum or 1, field.maximum or 1
    if not 1 <= least <= most <= MOST_FILES:
        yield said(
            path,
            f"文件数应为 1 ≤ 最小 ≤ 最大 ≤ {MOST_FILES}",
            f"Files: 1 ≤ minimum ≤ maximum ≤ {MOST_FILES}",
        )
    if field.prefill:
        yield said(path, "文件字段不能自动填写", "Files are not filled in from what is known")


def files_can_be_told(guide: Guide) -> Iterator[Fault]:
    """What is wrong with a file of the form is told with the material that is made from the form, so there is one.

    Basis: 行政许可法 Art 32(4) (everything to correct, told once).
    """
    made = any(part.source is Source.FORM for part in guide.materials)
    for section in guide.form:
        for field in section.fields:
            if field.kind is FieldKind.FILE and not made:
                yield said(
                    f"fields.{field.code}",
                    "有文件字段的事项要有由表单生成的材料（申请书）：文件有问题时在它下面一次性告知",
                    "A form with files needs a material made from the form: what is wrong with a file is told there",
                )


MOST_ROWS = 200  # of one list: so many a page can still show


def _rows(section: Section) -> Iterator[Fault]:
    rows = section.rows
    if rows is None:
        return
    if not 0 <= rows.minimum <= rows.maximum <= MOST_ROWS or rows.maximum < 1:
        yield said(
            f"form.{section.code}",
            f"行数应为 0 ≤ 最小 ≤ 最大 ≤ {MOST_ROWS}",
            f"Rows: 0 ≤ minimum ≤ maximum ≤ {MOST_ROWS}",
        )
    if any(field.prefill for field in section.fields):
        yield said(
            f"form.{section.code}",
            "重复填写的分节不能自动填写",
            "The fields of a list are not filled in from what is known",
        )


def prints_known(guide: Guide) -> Iterator[Fault]:
    """A licence states only what was asked: each printed code is a field or a question.

    Basis: 行政许可法 Art 39; configuration (证照载明事项).
    """
    known = {field.code for field in _answered_once(guide) if field.kind is not FieldKind.FILE}
    known |= {section.code for section in guide.form if section.rows}
    known |= {question.code for question in guide.questions}
    known |= {part.code for part in guide.outside.gives}
    for part in guide.result.prints:
        if part.code not in known:
            yield said(
                f"result.prints.{part.code}",
                "证照载明事项引用了不存在的字段或问题，或者文件字段",
                "The licence prints a field or question that does not exist, or a file",
            )


def _answered_once(guide: Guide) -> Iterator[Field]:
    for section in guide.form:
        if section.rows is None:
            yield from section.fields


def steps_known(guide: Guide) -> Iterator[Fault]:
    """A step waits for steps that exist, and never for itself, however far round.

    Basis: configuration (the procedure is a directed acyclic graph).
    """
    known = {step.code for step in guide.steps}
    for step in guide.steps:
        if strangers := sorted(set(step.after) - known):
            words = "、".join(strangers)
            yield said(f"steps.{step.code}", f"没有环节 {words}", f"There is no step {words}")
        elif step.code in _before(step.code, guide.steps):
            yield said(f"steps.{step.code}", "环节循环等待", "The step waits for itself")


def _before(code: str, steps: list[Step]) -> set[str]:
    """Codes of all steps that must come before `code`, at any distance."""
    after = {step.code: step.after for step in steps}
    found: set[str] = set()
    ahead = list(after.get(code, []))
    while ahead:
        earlier = ahead.pop()
        if earlier not in found:
            found.add(earlier)
            ahead += after.get(earlier, [])
    return found


def one_decision_last(guide: Guide) -> Iterator[Fault]:
    """Exactly one step decides, always, after every other; the lifecycle adds 受理, 办结 and 送达.

    Basis: configuration (five mandatory steps: 受理 审查 决定 办结 送达).
    """
    decisions = [step for step in guide.steps if step.kind is StepKind.DECISION]
    if len(decisions) != 1:
        yield said("steps", "应当有且只有一个决定环节", "There must be exactly one decision step")
        return
    decision = decisions[0]
    if decision.when:
        yield said(f"steps.{decision.code}", "决定环节不能附条件", "The decision step cannot be conditional")
    others = {step.code for step in guide.steps} - {decision.code}
    if loose := sorted(others - _before(decision.code, guide.steps)):
        words = "、".join(loose)
        yield said(
            f"steps.{decision.code}",
            f"决定环节应在所有环节之后，没有等待 {words}",
            f"The decision comes last, but does not wait for {words}",
        )


def steps_within_promise(guide: Guide) -> Iterator[Fault]:
    """The longest way through the procedure fits into the promise in every situation.

    Expert review and testing stop the clock (Art 45) and take none of it. Basis: configuration.
    """
    if any(True for _ in steps_known(guide)):
        return
    for answers in _answers_to(
        guide, {code for step in guide.steps for code in conditional.codes(step.when)}
    ):
        steps = situations.resolve(guide, answers).steps
        if (longest := _longest(steps)) > limits.working_days(guide.promised):
            yield said(
                "steps",
                f"环节时限合计 {float(longest):g} 个工作日，超过承诺时限",
                f"The steps take {float(longest):g} working days, more than is promised",
            )
            return


def _answers_to(guide: Guide, wanted: set[str]) -> Iterator[dict[str, str]]:
    """Every combination of answers to the questions `wanted` and those they depend on."""
    for question in reversed(guide.questions):
        if question.code in wanted:
            wanted = wanted | conditional.codes(question.when)
    asked = [question for question in guide.questions if question.code in wanted]
    for values in product(*([option.value for option in question.options] for question in asked)):
        yield {question.code: value for question, value in zip(asked, values, strict=True)}


def _longest(steps: tuple[Step, ...]) -> float:
    """Working days of the longest way through `steps`."""
    ends: dict[str, float] = {}
    by_code = {step.code: step for step in steps}

    def end(code: str) -> float:
        if code not in ends:
            step = by_code[code]
            counted = step.limit is not None and step.kind not in _STOPS_CLOCK
            own = limits.working_days(step.limit) if counted and step.limit else 0
            ends[code] = own + max((end(earlier) for earlier in step.after), default=0)
        return ends[code]

    return max((end(step.code) for step in steps), default=0)
