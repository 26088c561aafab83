"""A bundle under one applicant's answers: its questions, the members that apply, one form, one set of materials."""

import math
from collections.abc import Mapping, Sequence

import msgspec

from tongban.catalogue.rules import members, papers, situations
from tongban.catalogue.rules.guide import (
    Field,
    FieldKind,
    Guide,
    Limit,
    Material,
    Question,
    Section,
    Unit,
)
from tongban.catalogue.rules.lists import Bundle
from tongban.catalogue.rules.members import Joined
from tongban.catalogue.rules.papers import Paper
from tongban.catalogue.rules.situations import Group
from tongban.engine import bundle as engine
from tongban.engine import conditions

DAY = 8  # hours of work
_HOURS = {Unit.WORKING_HOURS: 1, Unit.WORKING_DAYS: DAY, Unit.CALENDAR_DAYS: DAY * 5 / 7}


class Together(msgspec.Struct, frozen=True, kw_only=True):
    """A bundle resolved. `answers` keeps what counts, by the codes of `questions`; members are in order.

    `from_members` are materials nobody brings: the result of an earlier member is them.
    """

    answers: dict[str, str]
    questions: tuple[Question, ...]
    unanswered: tuple[Question, ...]
    members: tuple[Joined, ...]
    form: tuple[engine.Asked, ...]
    sections: tuple[Section, ...]
    papers: tuple[Paper, ...]
    from_members: tuple[Paper, ...]
    codes: dict[tuple[str, str], str]  # `papers.codes`
    given: tuple[Section, ...] = ()  # answered before: shown, not asked
    steps: tuple = ()

    @property
    def materials(self) -> tuple[Material, ...]:
        return tuple(paper.part for paper in self.papers)

    @property
    def complete(self) -> bool:
        """Whether every question that applies has been answered."""
        return not self.unanswered

    @property
    def signers(self) -> tuple[str, ...]:
        """The fields that name who signs beside the applicant: its members', each once."""
        return tuple(dict.fromkeys(code for one in self.members for code in one.situation.signers))

    @property
    def promise(self) -> engine.Path:
        """The longest way through, in hours of work."""
        return engine.critical_path([member.link for member in self.members])

    @property
    def waves(self) -> tuple[tuple[str, ...], ...]:
        """The members in the waves they can start in, by code."""
        return engine.waves([member.link for member in self.members])

    @property
    def days(self) -> int:
        """The longest way through, in whole working days."""
        return math.ceil(self.promise.hours / DAY)

    @property
    def days_apart(self) -> int:
        """One member after the other, in whole working days."""
        return math.ceil(self.saved.hours[0] / DAY)

    @property
    def saved(self) -> engine.Saved:
        """What one application saves against one for each member, one after the other."""
        return engine.saved(
            [
                engine.Member(
                    link=member.link,
                    asks=tuple(_ask(part) for part in member.situation.asked),
                    filled=member.filled,
                    needs=papers.needs(member, self.codes),
                    visits=member.guide.visits,
                )
                for member in self.members
            ]
        )

    def answers_of(self, member: str, answers: Mapping[str, object]) -> dict[str, object]:
        """What of the one form's answers goes to a member."""
        wanted = {
            part.code: part for one in self.members if one.code == member for part in one.situation.asked
        }
        return {
            code: _rows_of(wanted[code], value)
            for code, value in engine.answers_of(self.form, answers, member).items()
        }

    @property
    def asked(self) -> list[Field | Group]:
        """Everything the one form asks for or was given before: fields, and lists of rows."""
        return [part for section in (*self.given, *self.sections) for part in situations.asked(section)]


def resolve(bundle: Bundle, guides: Mapping[str, Guide], answers: Mapping[str, str]) -> Together:
    """The bundle under `answers` ({question code: value}); `guides` by base code.

    Refuses `format_conflict`, `bundle_circle`, `member_unknown`: faults of the definition.
    Basis: 行政许可法 Art 26¶2; 优化营商环境条例 Art 36; configuration (一件事: one form, one set).
    """
    own, counted = situations.counted(bundle.questions, answers)
    applicable = [member for member in bundle.members if conditions.holds(member.when, counted)]
    links = engine.linked(
        [_link(member.item, tuple(member.after), guides[member.item]) for member in bundle.members],
        {member.item for member in applicable},
    )
    codes = question_codes(bundle, guides)
    joined = members.told_by_earlier(
        tuple(_joined(link, guides[link.code], codes[link.code], answers) for link in links)
    )
    questions, unanswered = list(own), [one for one in own if one.code not in counted]
    for member in joined:
        for question in member.situation.questions:
            code = codes[member.code][question.code]
            if all(code != known.code for known in questions):
                shown = msgspec.structs.replace(question, code=code)
                questions.append(shown)
                unanswered += [shown] if question in member.situation.unanswered else []
            if question.code in member.situation.answers:
                counted[code] = member.situation.answers[question.code]
    form = engine.one_form({member.code: asks(member) for member in joined})
    codes_of_papers = papers.codes(bundle, guides)
    kept, from_members = papers.one_set(joined, codes_of_papers)
    return Together(
        answers=counted,
        questions=tuple(questions),
        unanswered=tuple(unanswered),
        members=joined,
        form=form,
        sections=_sections(joined, form),
        papers=kept,
        from_members=from_members,
        codes=codes_of_papers,
    )


def question_codes(bundle: Bundle, guides: Mapping[str, Guide]) -> dict[str, dict[str, str]]:
    """{member: {its question's code: the code it is asked under}}: the same question is asked once.

    Two questions are the same when code, words and options are; a code of another meaning gets the member's
    base code before it.
    """
    taken: dict[str, Question] = {question.code: question for question in bundle.questions}
    found: dict[str, dict[str, str]] = {}
    for member in bundle.members:
        found[member.item] = {}
        for question in guides[member.item].questions:
            known = taken.setdefault(question.code, question)
            same = known.ask == question.ask and known.options == question.options
            found[member.item][question.code] = question.code if same else f"{member.item}_{question.code}"
    return found


def hours(limit: Limit) -> float:
    """A limit in hours of work; on the spot counts as one."""
    return max(limit.amount * _HOURS[limit.unit], 1)


def asks(member: Joined) -> tuple[engine.Ask, ...]:
    """The fields of a member as the engine joins them."""
    return tuple(_ask(part) for part in member.situation.asked if part.code not in member.filled)


def _ask(part: Field | Group) -> engine.Ask:
    return engine.Ask(
        code=part.code,
        kind=str(part.kind),
        required=part.required,
        minimum=part.minimum,
        maximum=part.maximum or (1 if part.kind == FieldKind.FILE else None),
        options=tuple(option.value for option in part.options),
    )


def _rows_of(part: Field | Group, value: object) -> object:
    """An answer as a member takes it: of a list of rows only the fields it asks for."""
    if not isinstance(part, Group) or not isinstance(value, list):
        return value
    codes = {field.code for field in part.fields}
    return [{code: one for code, one in row.items() if code in codes} for row in value]


def _link(item: str, after: tuple[str, ...], guide: Guide) -> engine.Link:
    return engine.Link(code=item, after=after, hours=hours(guide.promised))


def _joined(link: engine.Link, guide: Guide, codes: Mapping[str, str], answers: Mapping[str, str]) -> Joined:
    own = {mine: answers[code] for mine, code in codes.items() if code in answers}
    return Joined(link, guide, situations.resolve(guide, own))


def _sections(joined: Sequence[Joined], form: Sequence[engine.Asked]) -> tuple[Section, ...]:
    """The pages of the one form: members' sections in order, each field where it first appears.

    Sections of the same name are one page; a list of rows is a page of its own.
    """
    asked = {one.ask.code: one.ask for one in form}
    always, needed = _asked_always(joined)
    pages: dict[str, tuple[Section, list[Field]]] = {}
    for member in joined:
        for section in member.situation.sections:
            if section.rows is None:
                for field in section.fields:
                    if field.code in asked:
                        page = pages.setdefault(section.title.zh, (_named(section, pages), []))
                        page[1].append(_as_asked(field, asked.pop(field.code), always, needed))
            elif ask := asked.pop(section.code, None):
                page = (_repeating(section, ask), _row_fields(joined, section.code))
                pages[f"rows {section.code}"] = page
    return tuple(
        msgspec.structs.replace(section, fields=_after_their_ground(fields))
        for section, fields in pages.values()
    )


def _repeating(section: Section, ask: engine.Ask) -> Section:
    """A list of rows as long as every member allows."""
    assert section.rows is not None
    least, most = ask.minimum or 0, ask.maximum or section.rows.maximum
    rows = msgspec.structs.replace(section.rows, minimum=least, maximum=most)
    return msgspec.structs.replace(section, rows=rows, when={})


def _row_fields(joined: Sequence[Joined], code: str) -> list[Field]:
    """What a row asks for: the union of what the members' rows do, each field once."""
    lists = {
        member.code: section.fields
        for member in joined
        for section in member.situation.sections
        if section.rows is not None and section.code == code
    }
    asked = engine.one_form({member: [_ask(field) for field in fields] for member, fields in lists.items()})
    worded = {field.code: field for fields in reversed(lists.values()) for field in fields}
    return [_as_asked(worded[one.ask.code], one.ask) for one in asked]


def _after_their_ground(fields: list[Field]) -> list[Field]:
    """Fields asked for under answers of this page; one whose ground stands on another page is asked always,
    and may stay empty.
    """
    here = {field.code for field in fields}
    return [
        field
        if conditions.codes(field.only_if) <= here
        else msgspec.structs.replace(field, only_if={}, required=False)
        for field in fields
    ]


def _named(section: Section, pages: Mapping[str, tuple[Section, list[Field]]]) -> Section:
    """The section under a code no other page has."""
    taken = {page.code for page, _ in pages.values()}
    code = section.code if section.code not in taken else f"{section.code}_{len(taken) + 1}"
    return msgspec.structs.replace(section, code=code, when={})


def _asked_always(joined: Sequence[Joined]) -> tuple[frozenset[str], frozenset[str]]:
    """Fields that members ask for under different answers of the form, which the one form therefore asks for
    always; and those of them that some member requires whatever was answered.

    Basis: 行政许可法 Art 31 (nothing may be demanded that no approval needs).
    """
    grounds: dict[str, list] = {}
    needed: set[str] = set()
    for member in joined:
        for section in member.situation.sections:
            for field in section.fields:
                known = grounds.setdefault(field.code, [])
                known += [] if field.only_if in known else [field.only_if]
                if field.required and not field.only_if:
                    needed.add(field.code)
    return frozenset(code for code, known in grounds.items() if len(known) > 1), frozenset(needed)


def _as_asked(
    field: Field,
    ask: engine.Ask,
    always: frozenset[str] = frozenset(),
    needed: frozenset[str] = frozenset(),
) -> Field:
    """A field as its first member words it, in the format all accept."""
    everywhere = field.code in always
    return msgspec.structs.replace(
        field,
        kind=FieldKind(ask.kind),
        required=ask.required and (not everywhere or field.code in needed),
        minimum=ask.minimum,
        maximum=ask.maximum,
        options=[option for option in field.options if option.value in ask.options],
        when={},
        only_if={} if everywhere else field.only_if,
    )
