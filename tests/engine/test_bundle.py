"""One thing, one form: each element asked once in a format all accept, one order, one promise, nothing cancelled silently."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.engine import bundle
from tongban.engine.bundle import Ask, Asked, Link, Member, Need, Needed, Part, Path, Saved, State, Whole
from tongban.engine.refusal import Refused

W, RUN, YES, NO, GONE = State.WAITING, State.RUNNING, State.GRANTED, State.REFUSED, State.WITHDRAWN

# The one form


@pytest.mark.parametrize(
    ("first", "second", "asked"),
    [
        ({}, {}, {}),
        ({"required": False}, {"required": True}, {"required": True}),
        ({"required": False}, {"required": False}, {"required": False}),
        ({"maximum": 100}, {"maximum": 60}, {"maximum": 60}),
        ({"minimum": 2}, {}, {"minimum": 2}),
        ({"kind": "long_text"}, {"kind": "text", "maximum": 40}, {"kind": "text", "maximum": 40}),
        ({"kind": "decimal", "minimum": 1}, {"kind": "integer", "minimum": 5}, {"kind": "integer", "minimum": 5}),
        ({"kind": "text"}, {"kind": "date"}, {"kind": "date"}),
        ({"kind": "text", "maximum": 18}, {"kind": "uscc"}, {"kind": "uscc", "maximum": 18}),
        ({"kind": "text", "maximum": 3}, {"kind": "integer"}, {"kind": "integer", "maximum": 999}),
        ({"kind": "text", "minimum": 3}, {"kind": "integer"}, {"kind": "integer", "minimum": 100}),
        (
            {"kind": "choice", "options": ("own", "rent", "lent")},
            {"kind": "choice", "options": ("rent", "own")},
            {"kind": "choice", "options": ("own", "rent")},
        ),
        (
            {"kind": "choice", "options": ("own", "rented")},
            {"kind": "text", "maximum": 4},
            {"kind": "choice", "options": ("own",), "maximum": 4},
        ),
    ],
)  # fmt: skip
def test_an_element_is_asked_in_the_narrowest_format(first, second, asked):
    form = bundle.one_form({"a": [Ask(code="x", **first)], "b": [Ask(code="x", **second)]})
    assert form == (Asked(Ask(code="x", **asked), ("a", "b")),)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"kind": "date"}, {"kind": "phone"}),
        ({"kind": "integer"}, {"kind": "choice", "options": ("1", "2")}),
        ({"minimum": 10}, {"maximum": 9}),
        ({"kind": "text", "maximum": 8}, {"kind": "date"}),
        ({"kind": "choice", "options": ("own",)}, {"kind": "choice", "options": ("rent",)}),
        ({"kind": "choice", "options": ("rented",)}, {"kind": "text", "maximum": 3}),
    ],
)
def test_what_no_answer_could_satisfy_is_refused_with_its_members(first, second):
    with pytest.raises(Refused) as refused:
        bundle.one_form({"a": [Ask(code="x", **first)], "b": [Ask(code="x", **second)]})
    assert (refused.value.code, refused.value.facts) == ("format_conflict", {"element": "x", "members": ["a", "b"]})  # fmt: skip


KINDS = ["text", "long_text", "integer", "decimal", "date", "choice", "yes_no", "phone"]
ANSWERS = {
    "text": st.text("甲乙丙丁", min_size=1, max_size=12),
    "long_text": st.text("甲乙丙丁", min_size=1, max_size=12),
    "integer": st.integers(0, 10**6),
    "decimal": st.decimals(0, 10**6, places=2),
    "date": st.dates(date(2000, 1, 1), date(2030, 1, 1)).map(date.isoformat),
    "choice": st.sampled_from(["a", "bb", "ccc", "dddd"]),
    "yes_no": st.sampled_from(["yes", "no"]),
    "phone": st.just("13800000000"),
}


def accepts(ask: Ask, answer: object) -> bool:
    """Whether a member that asks so takes the answer: the meaning of a format, written again from the brief."""
    if ask.options and str(answer) not in ask.options:
        return False
    number = ask.kind in {"integer", "decimal"}
    size = float(answer) if number else len(str(answer))
    low = ask.minimum if ask.minimum is not None else float("-inf")
    high = ask.maximum if ask.maximum is not None else float("inf")
    return low <= size <= high


@st.composite
def asks(draw):
    kind = draw(st.sampled_from(KINDS))
    bounded = kind in {"text", "long_text", "integer", "decimal"}
    return Ask(
        code=draw(st.sampled_from("xyz")),
        kind=kind,
        required=draw(st.booleans()),
        minimum=draw(st.none() | st.integers(0, 4)) if bounded else None,
        maximum=draw(st.none() | st.integers(4, 12)) if bounded else None,
        options=tuple(draw(st.sets(st.sampled_from(["a", "bb", "ccc", "dddd"]), min_size=1))) if kind == "choice" else (),
    )  # fmt: skip


MEMBERS = st.dictionaries(
    st.sampled_from("abcdefghijkl"), st.lists(asks(), max_size=4, unique_by=lambda ask: ask.code), min_size=1
)


@given(MEMBERS, st.data())
def test_each_field_is_asked_once_and_its_answer_reaches_every_member_that_asked(members, data):
    try:
        form = bundle.one_form(members)
    except Refused as refused:
        assert refused.code == "format_conflict"
        return
    codes = [asked.ask.code for asked in form]
    assert len(codes) == len(set(codes)) == len({ask.code for asked in members.values() for ask in asked})
    answers = {}
    for asked in form:
        answer = data.draw(ANSWERS[asked.ask.kind], label=asked.ask.code)
        if accepts(asked.ask, answer):
            answers[asked.ask.code] = answer
    for member, wanted in members.items():
        got = bundle.answers_of(form, answers, member)
        assert set(got) == {ask.code for ask in wanted} & set(answers)
        assert all(accepts(ask, got[ask.code]) for ask in wanted if ask.code in got)
        assert all(asked.ask.required for asked in form for ask in wanted if asked.ask.code == ask.code and ask.required)  # fmt: skip


# The one set of materials


def test_the_same_paper_under_several_names_is_handed_in_once_as_the_strictest_asks():
    members = {
        "shop": [Need(code="lease", group="right_of_use", copies=2), Need(code="plan")],
        "food": [Need(code="premises_proof", group="right_of_use", original=True, required=False)],
    }
    assert bundle.one_set(members) == (
        Needed(paper="right_of_use", stands_for={"shop": "lease", "food": "premises_proof"}, required=True, original=True, copies=2),
        Needed(paper="plan", stands_for={"shop": "plan"}, required=True, original=False, copies=1),
    )  # fmt: skip


# The order

SHOP = [
    Link(code="name", hours=1),
    Link(code="register", after=("name",), hours=4),
    Link(code="seal", after=("register",), hours=4),
    Link(code="tax", after=("register",), hours=3),
    Link(code="invoices", after=("tax",), hours=2),
]


def test_what_waits_for_nothing_starts_first_and_the_longest_way_is_the_promise():
    assert bundle.waves(SHOP) == (("name",), ("register",), ("seal", "tax"), ("invoices",))
    assert bundle.critical_path(SHOP) == Path(("name", "register", "tax", "invoices"), 10)
    assert bundle.critical_path([]) == Path((), 0)


def test_one_that_waited_for_a_member_left_out_waits_for_what_that_one_waited_for():
    kept = bundle.linked(SHOP, {"name", "seal", "tax", "invoices"})
    assert {link.code: link.after for link in kept} == {
        "name": (), "seal": ("name",), "tax": ("name",), "invoices": ("tax",),
    }  # fmt: skip


def test_a_circle_and_an_unknown_member_are_refused():
    with pytest.raises(Refused, match="bundle_circle"):
        bundle.linked([Link(code="a", after=("b",)), Link(code="b", after=("a",))], {"a", "b"})
    with pytest.raises(Refused, match="member_unknown"):
        bundle.linked([Link(code="a", after=("b",))], {"a"})


@st.composite
def orders(draw):
    """Links free of circles: each waits only for earlier ones."""
    codes = "abcdefghijkl"[: draw(st.integers(1, 12))]
    return [
        Link(
            code=code,
            after=tuple(draw(st.sets(st.sampled_from(codes[:place])))) if place else (),
            hours=draw(st.integers(0, 40)),
        )
        for place, code in enumerate(codes)
    ]


@given(orders(), st.data())
def test_no_member_starts_before_those_it_waits_for_whatever_is_left_out(links, data):
    applicable = data.draw(st.sets(st.sampled_from([link.code for link in links])))
    kept = bundle.linked(links, applicable)
    assert [link.code for link in kept] == [link.code for link in links if link.code in applicable]
    place = {code: number for number, wave in enumerate(bundle.waves(kept)) for code in wave}
    assert all(place[earlier] < place[link.code] for link in kept for earlier in link.after)
    reach = {
        link.code: set(link.after).union(*(_before(links, earlier) for earlier in link.after))
        for link in links
    }
    assert all(set(link.after) <= reach[link.code] & applicable for link in kept)


def _before(links, code):
    after = next(link.after for link in links if link.code == code)
    return set(after).union(*(_before(links, earlier) for earlier in after))


@given(orders())
def test_together_is_never_longer_than_one_after_the_other_nor_shorter_than_any(links):
    path = bundle.critical_path(links)
    hours = {link.code: link.hours for link in links}
    assert max(hours.values()) <= path.hours <= sum(hours.values())
    assert path.hours == sum(hours[code] for code in path.members)


# Progress


def states(*given):
    return dict(zip([link.code for link in SHOP], given, strict=True))


@pytest.mark.parametrize(
    ("given", "start", "stuck", "what"),
    [
        (states(W, W, W, W, W), ("name",), (), Whole.OPEN),
        (states(YES, W, W, W, W), ("register",), (), Whole.OPEN),
        (states(YES, YES, W, W, W), ("seal", "tax"), (), Whole.OPEN),
        (states(YES, YES, RUN, YES, W), ("invoices",), (), Whole.OPEN),
        (states(YES, YES, YES, YES, YES), (), (), Whole.DONE),
        (states(YES, YES, NO, YES, YES), (), (), Whole.PARTLY),
        (states(YES, YES, RUN, NO, W), (), (Part("invoices", ("tax",)),), Whole.OPEN),
        (states(YES, YES, YES, GONE, W), (), (Part("invoices", ("tax",)),), Whole.PARTLY),
        (states(NO, W, W, W, W), (), tuple(Part(code, ("name",)) for code in ("register", "seal", "tax", "invoices")), Whole.NOTHING),
    ],
)  # fmt: skip
def test_a_refused_member_stops_what_needs_it_and_nothing_else(given, start, stuck, what):
    assert bundle.startable(SHOP, given) == start
    assert bundle.blocked(SHOP, given) == stuck
    assert bundle.whole(SHOP, given) is what


def test_the_bar_weighs_members_by_their_promise():
    assert bundle.share(SHOP, states(YES, YES, W, W, W)) == 5 / 14
    assert bundle.share(SHOP, states(YES, YES, NO, YES, YES)) == 1


@given(orders(), st.data())
def test_whatever_is_decided_in_whatever_order_a_bundle_ends_and_nobody_undecided_is_refused(links, data):
    now = {link.code: W for link in links}
    while bundle.whole(links, now) is Whole.OPEN:
        ready = bundle.startable(links, now)
        assert ready  # nothing runs here, so something can start as long as the whole is open
        now[data.draw(st.sampled_from(ready))] = data.draw(st.sampled_from([YES, NO, GONE]))
    stuck = {part.member: part.because for part in bundle.blocked(links, now)}
    assert set(stuck) == {code for code, state in now.items() if state is W}
    assert all(now[cause] in {NO, GONE} for causes in stuck.values() for cause in causes)


# What it saves


def test_savings_are_counted_from_the_members():
    members = [
        Member(
            link=SHOP[1], asks=(Ask(code="name"), Ask(code="town")), needs=(Need(code="lease"),), visits=1
        ),
        Member(
            link=SHOP[2], asks=(Ask(code="name"),), needs=(Need(code="lease"), Need(code="photo")), visits=2
        ),
    ]
    linked = bundle.linked(SHOP, {"register", "seal"})
    members = [
        Member(link=link, asks=m.asks, needs=m.needs, visits=m.visits)
        for link, m in zip(linked, members, strict=True)
    ]
    assert bundle.saved(members) == Saved(fields=(3, 2), materials=(3, 2), visits=(3, 2), hours=(8, 8))
