"""Who may be what: roles, posts, powers, scopes and the three separated administrators."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Literal

import msgspec

from tongban.engine.refusal import Refused


class Role(StrEnum):
    """What a post or an administrator lets its holder do."""

    CLERK = "clerk"  # 综窗受理员
    EXAMINER = "examiner"  # 审查员
    APPROVER = "approver"  # 审批人
    ORGAN_HEAD = "organ_head"  # 部门负责人
    DELIVERER = "deliverer"  # 出件员
    EDITOR = "editor"  # 事项管理员: guides and the working-day calendar
    SERVICE_REVIEWER = "service_reviewer"  # 政务服务审核员: reviews guides for the service organ
    LEGAL_REVIEWER = "legal_reviewer"  # 法制审核员: reviews the legality of guides
    TRANSLATOR = "translator"  # 译员: translates into the language the account is attested in
    TRANSLATION_REVIEWER = "translation_reviewer"  # 译文审校员: reviews what another has translated
    STEWARD = "steward"  # 代办员: does it for an enterprise under its mandate, free of charge
    SUPERVISOR = "supervisor"  # 效能监察员: reads everything, changes nothing
    SYSTEM_ADMIN = "system_admin"  # 系统管理员: organs and posts
    SECURITY_ADMIN = "security_admin"  # 安全管理员: accounts, tokens, unlocking
    AUDIT_ADMIN = "audit_admin"  # 审计管理员: reads the audit, nothing else


class AdminKind(StrEnum):
    """The three administrators' powers, held by three different accounts (三员分立)."""

    SYSTEM = "system"
    SECURITY = "security"
    AUDIT = "audit"

    @property
    def role(self) -> Role:
        return Role(f"{self.value}_admin")


ADMIN_ROLES = frozenset(kind.role for kind in AdminKind)
CASE_ROLES = frozenset(Role) - ADMIN_ROLES  # roles a post can carry


class PartyKind(StrEnum):
    """A natural person (自然人) or a legal person (法人)."""

    PERSON = "person"
    COMPANY = "company"


class RepresentationKind(StrEnum):
    """Why an account may act for a party."""

    SELF = "self"  # 本人
    LEGAL_REPRESENTATIVE = "legal_representative"  # 法定代表人（负责人）
    AGENT = "agent"  # 经办人、代理人


class Power(StrEnum):
    """What a limited agent may do for its principal; an agent without a list may do everything.

    Basis: 民法典 Art 161–165 (a mandate names the matters and the powers).
    """

    PREPARE = "prepare"  # 代为准备、填写申请
    BOOK = "book"  # 代为预约踏勘、评审
    SUBMIT = "submit"  # 代为提交、补正
    FOLLOW = "follow"  # 代为跟踪、查看办理进度
    RECEIVE = "receive"  # 代为领取结果、查看证照
    DATA = "data"  # 使用平台上已有的企业信息


class Scope(StrEnum):
    """What a token may be used for."""

    ITEMS_READ = "items:read"
    CASES_READ = "cases:read"
    CASES_WRITE = "cases:write"
    CASES_SUBMIT = "cases:submit"
    RECORD_READ = "record:read"


class Language(StrEnum):
    """A language of the ethnic counties that an officer can be attested in (双语通)."""

    TIBETAN = "bo"  # 藏语、藏文
    YI = "ii"  # 彝语、彝文（诺苏）


class Fluency(StrEnum):
    """How well, from the lowest up: speaks, serves applicants, translates in writing."""

    SPEAKS = "speaks"  # 会话
    SERVES = "serves"  # 接待、受理、办理
    TRANSLATES = "translates"  # 文字翻译

    def reaches(self, least: "Fluency") -> bool:
        """Whether this is `least` or better."""
        order = list(Fluency)
        return order.index(self) >= order.index(least)


class Spoken(msgspec.Struct, frozen=True):
    """A language an account is attested in, and how well."""

    language: Language
    fluency: Fluency


class PostHeld(msgspec.Struct, frozen=True):
    """A post in force: organ by id and name, division code, and the roles held there."""

    id: int
    organ: int
    organ_name: str
    division: str
    roles: frozenset[Role]


class Limited(msgspec.Struct, frozen=True):
    """A party that has given an agent some powers only."""

    party: int
    powers: frozenset[Power]


class Caller(msgspec.Struct, frozen=True, kw_only=True):
    """On whose authority something is done. `parties` are the ids the caller may act for, `limits` how far.

    `scopes` is None for a browser session (everything the account may do); a token is held to its list.
    `by` is how the record names the caller: "account:<id>", "token:<id>", "system:<what>", "anonymous".
    """

    account: int | None
    name: str
    kind: Literal["anonymous", "applicant", "staff", "admin", "system", "outside"]
    parties: tuple[int, ...] = ()
    limits: tuple[Limited, ...] = ()
    posts: tuple[PostHeld, ...] = ()
    languages: tuple[Spoken, ...] = ()
    scopes: frozenset[str] | None = None
    by: str
    admin: AdminKind | None = None

    @property
    def signed_in(self) -> int:
        """The account's id. Refuses `sign_in_required` for callers without one."""
        if self.account is None:
            raise Refused("sign_in_required")
        return self.account

    @property
    def organs(self) -> tuple[int, ...]:
        """Ids of the organs the caller holds a post at."""
        return tuple(post.organ for post in self.posts)

    @property
    def roles(self) -> frozenset[Role]:
        """All roles held anywhere, the administrator's included."""
        held = frozenset(role for post in self.posts for role in post.roles)
        return held | {self.admin.role} if self.admin else held

    def has(self, role: Role, organ: int | None = None) -> bool:
        """Whether the caller holds `role`, at `organ` if given."""
        if organ is None:
            return role in self.roles
        return any(role in post.roles for post in self.posts if post.organ == organ)

    def may(self, power: Power | None, party: int) -> bool:
        """Whether the caller may use `power` for a party; None: what no limited agent may."""
        held = next((one.powers for one in self.limits if one.party == party), None)
        return party in self.parties and (held is None or power in held)

    def parties_for(self, power: Power | None) -> tuple[int, ...]:
        """Ids of the parties the caller may use `power` for."""
        return (
            tuple(party for party in self.parties if self.may(power, party)) if self.limits else self.parties
        )

    def speaks(self, least: Fluency = Fluency.SERVES) -> tuple[str, ...]:
        """Codes of the languages the caller is attested in at `least` or better."""
        return tuple(one.language.value for one in self.languages if one.fluency.reaches(least))


ANONYMOUS = Caller(account=None, name="", kind="anonymous", by="anonymous")


def system(what: str) -> Caller:
    """The caller of something the system does itself, e.g. `system("clock")`."""
    return Caller(account=None, name="", kind="system", by=f"system:{what}")


def outside(organ: str) -> Caller:
    """The caller of what an organ's own system says, by the organ's name in the directory."""
    return Caller(account=None, name=organ, kind="outside", by=f"connector:{organ}")


def kind_of(admin: AdminKind | None, posts: Iterable[PostHeld]) -> Literal["applicant", "staff", "admin"]:
    """Whether an account is an administrator, an officer or an applicant.

    Basis: configuration.
    """
    if admin:
        return "admin"
    return "staff" if any(True for _ in posts) else "applicant"


def require_role(caller: Caller, role: Role) -> None:
    """Refuse `role_needed` unless the caller holds `role` and acts in person, not by a token.

    The system itself (seeding, the command line of the operator) may always.
    Basis: 等保 level 3 (least privilege, three administrators separated).
    """
    if caller.kind == "system":
        return
    if not caller.has(role) or caller.scopes is not None:
        raise Refused("role_needed", role=role.value)


def require_power(caller: Caller, power: Power | None, party: int) -> None:
    """Refuse `not_your_party`, and `outside_mandate` where a limited agent was not given `power`.

    Basis: 民法典 Art 162, 165, 171 (an agent acts within the mandate).
    """
    if party not in caller.parties:
        raise Refused("not_your_party")
    if not caller.may(power, party):
        raise Refused("outside_mandate", power=power.value if power else "")


def require_scope(caller: Caller, scope: Scope) -> None:
    """Refuse `scope_missing` when the caller is a token without `scope`.

    Basis: 等保 level 3 (least privilege).
    """
    if caller.scopes is not None and scope.value not in caller.scopes:
        raise Refused("scope_missing", scope=scope.value, held=sorted(caller.scopes))


def require_reader(caller: Caller) -> None:
    """Refuse `reader_not_allowed` unless the caller is an officer; a token needs cases:read.

    Basis: 个人信息保护法 Art 6, 34 (within the duty); 等保 level 3 (administrators read no business data).
    """
    if caller.kind != "staff":
        raise Refused("reader_not_allowed")
    require_scope(caller, Scope.CASES_READ)


def require_purpose(purpose: str) -> str:
    """The purpose of a plain view, trimmed. Refuses `purpose_missing` below four characters.

    Basis: 个人信息保护法 Art 6 (clear purpose).
    """
    ground = " ".join(purpose.split())
    if len(ground) < 4:
        raise Refused("purpose_missing")
    return ground[:200]


def parse_scopes(words: Iterable[str]) -> frozenset[Scope]:
    """The scopes named by `words`. Refuses `scope_unknown` and, when none is left, `scopes_empty`.

    Basis: configuration.
    """
    asked = {word.strip() for word in words if word.strip()}
    known = {scope.value for scope in Scope}
    if unknown := sorted(asked - known):
        raise Refused("scope_unknown", scopes=unknown, known=sorted(known))
    if not asked:
        raise Refused("scopes_empty", known=sorted(known))
    return frozenset(Scope(word) for word in asked)


def check_separation(*, admin: AdminKind | None, holds_post: bool) -> None:
    """Refuse `powers_separated` when one account would be administrator and officer at once.

    Basis: 等保 level 3 (three administrators separated).
    """
    if admin and holds_post:
        raise Refused("powers_separated", admin=admin.value)


def check_post_roles(roles: Iterable[str]) -> frozenset[Role]:
    """The roles of a post. Refuses `post_without_roles` and `role_not_for_posts`; a supervisor only reads.

    Basis: 等保 level 3; configuration.
    """
    asked = set(roles)
    known = {role.value for role in CASE_ROLES}
    if not asked:
        raise Refused("post_without_roles", known=sorted(known))
    if foreign := sorted(asked - known):
        raise Refused("role_not_for_posts", roles=foreign, known=sorted(known))
    if Role.SUPERVISOR in asked and len(asked) > 1:
        raise Refused("supervisor_only_reads", roles=sorted(asked))
    return frozenset(Role(role) for role in asked)
