"""Roles, scopes, the three administrators and masking: values in, values out."""

from datetime import date

import pytest

from tongban.engine.refusal import Refused
from tongban.people import rules
from tongban.people.rules import AdminKind, Caller, PostHeld, Role, Scope


def post(organ: int = 1, *roles: Role) -> PostHeld:
    return PostHeld(id=1, organ=organ, organ_name="某局", division="511802", roles=frozenset(roles))


def caller(**held) -> Caller:
    return Caller(**{"account": 7, "name": "某", "kind": "staff", "by": "account:7"} | held)


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("", ""),
        ("李", "*"),
        ("李强", "李*"),
        ("王晓梅", "王*梅"),
        ("欧阳明", "欧阳*"),
        ("欧阳修文", "欧阳*文"),
        ("欧阳", "欧*"),
        ("古丽·阿依", "古丽·**"),
        ("尼玛次仁扎西", "尼****西"),
        ("Anna Smith", "A*** S****"),
    ],
)
def test_a_name_keeps_its_ends_and_loses_its_middle(name, masked):
    assert rules.mask_name(name) == masked


@pytest.mark.parametrize(
    ("number", "masked"),
    [("511802199003074514", "511802********4514"), ("1234567890", "**********"), ("", "")],
)
def test_an_id_number_keeps_six_and_four(number, masked):
    assert rules.mask_id_number(number) == masked


@pytest.mark.parametrize(
    ("number", "masked"),
    [("13900001001", "139****1001"), ("0835-2222222", "083*****2222"), ("1234567", "*******")],
)
def test_a_phone_keeps_three_and_four(number, masked):
    assert rules.mask_phone(number) == masked


@pytest.mark.parametrize(
    ("role", "organ", "holds"),
    [
        (Role.CLERK, None, True),
        (Role.CLERK, 1, True),
        (Role.CLERK, 2, False),
        (Role.APPROVER, 2, True),
        (Role.APPROVER, 1, False),
        (Role.EXAMINER, None, False),
    ],
)
def test_a_role_counts_only_at_the_organ_it_is_held_at(role, organ, holds):
    somebody = caller(posts=(post(1, Role.CLERK), post(2, Role.APPROVER)))
    assert somebody.has(role, organ) is holds


def test_an_administrator_holds_one_role_and_no_organ():
    admin = caller(kind="admin", admin=AdminKind.AUDIT)
    assert (admin.roles, admin.organs) == (frozenset({Role.AUDIT_ADMIN}), ())


@pytest.mark.parametrize("kind", list(AdminKind))
def test_each_administrator_is_refused_the_powers_of_the_other_two(kind):
    admin = caller(kind="admin", admin=kind)
    rules.require_role(admin, kind.role)
    for other in rules.ADMIN_ROLES - {kind.role}:
        with pytest.raises(Refused) as refused:
            rules.require_role(admin, other)
        assert (refused.value.code, refused.value.facts) == ("role_needed", {"role": other.value})


def test_a_token_never_carries_an_administrators_power():
    admin = caller(kind="admin", admin=AdminKind.SYSTEM, scopes=frozenset({"cases:read"}))
    with pytest.raises(Refused, match="role_needed"):
        rules.require_role(admin, Role.SYSTEM_ADMIN)


def test_the_system_may_what_an_administrator_may():
    assert rules.require_role(rules.system("seeding"), Role.SYSTEM_ADMIN) is None


@pytest.mark.parametrize("kind", list(AdminKind))
def test_an_administrator_takes_no_post(kind):
    with pytest.raises(Refused, match="powers_separated"):
        rules.check_separation(admin=kind, holds_post=True)


@pytest.mark.parametrize(("admin", "holds"), [(None, True), (None, False), (AdminKind.AUDIT, False)])
def test_powers_held_apart_are_fine(admin, holds):
    assert rules.check_separation(admin=admin, holds_post=holds) is None


@pytest.mark.parametrize(
    ("admin", "posts", "kind"),
    [
        (None, (), "applicant"),
        (None, (post(1, Role.CLERK),), "staff"),
        (AdminKind.SECURITY, (), "admin"),
    ],
)
def test_the_kind_of_an_account_follows_from_what_it_holds(admin, posts, kind):
    assert rules.kind_of(admin, posts) == kind


@pytest.mark.parametrize(
    ("words", "scopes"),
    [
        (["items:read"], {Scope.ITEMS_READ}),
        ([" cases:read", "cases:write ", "cases:read"], {Scope.CASES_READ, Scope.CASES_WRITE}),
        (["record:read", "", "cases:submit"], {Scope.RECORD_READ, Scope.CASES_SUBMIT}),
    ],
)
def test_scopes_are_read_from_words(words, scopes):
    assert rules.parse_scopes(words) == scopes


@pytest.mark.parametrize(
    ("words", "code", "facts"),
    [
        ([], "scopes_empty", {}),
        (["  "], "scopes_empty", {}),
        (["cases:delete", "cases:read"], "scope_unknown", {"scopes": ["cases:delete"]}),
        (["CASES:READ"], "scope_unknown", {"scopes": ["CASES:READ"]}),
    ],
)
def test_a_scope_nobody_defined_is_refused(words, code, facts):
    known = sorted(scope.value for scope in Scope)
    with pytest.raises(Refused) as refused:
        rules.parse_scopes(words)
    assert (refused.value.code, refused.value.facts) == (code, facts | {"known": known})


def test_a_session_has_every_scope_and_a_token_only_its_own():
    assert rules.require_scope(caller(), Scope.CASES_WRITE) is None
    token = caller(scopes=frozenset({"cases:read"}))
    assert rules.require_scope(token, Scope.CASES_READ) is None
    with pytest.raises(Refused) as refused:
        rules.require_scope(token, Scope.CASES_WRITE)
    assert refused.value.facts == {"scope": "cases:write", "held": ["cases:read"]}


@pytest.mark.parametrize(
    ("roles", "code"),
    [
        ([], "post_without_roles"),
        (["system_admin"], "role_not_for_posts"),
        (["clerk", "king"], "role_not_for_posts"),
        (["supervisor", "clerk"], "supervisor_only_reads"),
    ],
)
def test_a_post_carries_case_roles_only(roles, code):
    with pytest.raises(Refused, match=code):
        rules.check_post_roles(roles)


def test_the_roles_of_a_post_are_a_set():
    assert rules.check_post_roles(["clerk", "deliverer", "clerk"]) == {Role.CLERK, Role.DELIVERER}


@pytest.mark.parametrize(("typed", "kept"), [("  Zhang_San ", "zhang_san"), ("a.b-1", "a.b-1")])
def test_a_user_name_is_kept_in_small_letters(typed, kept):
    assert rules.check_username(typed) == kept


@pytest.mark.parametrize("typed", ["", "abc", "_abcd", "张三张三", "a b c d", "a" * 49, "abcd\n1"])
def test_a_user_name_of_another_form_is_refused(typed):
    with pytest.raises(Refused, match="username_invalid"):
        rules.check_username(typed)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [(" 139 0000 1001", "13900001001"), ("+8613900001001", "13900001001"), ("0835-2222222", "0835-2222222")],
)
def test_a_phone_is_kept_without_blanks(typed, kept):
    assert rules.check_phone(typed) == kept


@pytest.mark.parametrize(
    ("typed", "code"),
    [("1390000100", "phone_length"), ("abc", "phone_character"), ("2222222", "phone_area_code")],
)
def test_a_phone_nobody_can_ring_is_refused(typed, code):
    with pytest.raises(Refused, match=code):
        rules.check_phone(typed)


@pytest.mark.parametrize("number", ["511802201211230016", "511802199003074514", "511802200002290010"])
def test_from_the_fourteenth_birthday_a_person_signs_up_alone(number):
    assert rules.check_age(number, date(2026, 11, 23)) is None


@pytest.mark.parametrize("number", ["511802201211240013", "511802202602290010"])
def test_article_31_a_child_under_fourteen_does_not_sign_up_alone(number):
    with pytest.raises(Refused, match="under_fourteen"):
        rules.check_age(number, date(2026, 11, 23))


@pytest.mark.parametrize("kind", ["anonymous", "applicant", "admin", "system"])
def test_only_officers_read_in_the_clear(kind):
    with pytest.raises(Refused, match="reader_not_allowed"):
        rules.require_reader(caller(kind=kind))


@pytest.mark.parametrize(
    ("words", "ground"), [(" 核对  办件0001 ", "核对 办件0001"), ("核对身份", "核对身份")]
)
def test_a_purpose_is_kept_tidy(words, ground):
    assert rules.require_purpose(words) == ground


@pytest.mark.parametrize("words", ["", "   ", "看看"])
def test_reading_without_a_purpose_is_refused(words):
    with pytest.raises(Refused, match="purpose_missing"):
        rules.require_purpose(words)
