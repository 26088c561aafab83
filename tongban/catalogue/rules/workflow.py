"""The states of a version of a guide (事项状态), the path to publication, and whose turn each review is."""

from enum import StrEnum

from tongban.engine.refusal import Refused
from tongban.people.rules import Role


class Status(StrEnum):
    """Status of a version."""

    DRAFT = "draft"  # 编制中
    DEPARTMENT_REVIEW = "department_review"  # 部门审核
    SERVICE_REVIEW = "service_review"  # 政务服务机构审核
    LEGAL_REVIEW = "legal_review"  # 法制审核
    PUBLISHED = "published"  # 已发布
    SUSPENDED = "suspended"  # 暂停
    CANCELLED = "cancelled"  # 取消
    DISCARDED = "discarded"  # 撤回


# The path of a version, standard or local; a review sends back to the draft.
# Basis: 优化营商环境条例 Art 35; configuration (编制→部门审核→政务服务机构审核→法制审核→发布).
STANDARD = (
    Status.DRAFT,
    Status.DEPARTMENT_REVIEW,
    Status.SERVICE_REVIEW,
    Status.LEGAL_REVIEW,
    Status.PUBLISHED,
)
LOCAL = (Status.DRAFT, Status.DEPARTMENT_REVIEW, Status.SERVICE_REVIEW, Status.PUBLISHED)

# Whose turn a state is.
TURN: dict[Status, Role] = {
    Status.DRAFT: Role.EDITOR,
    Status.DEPARTMENT_REVIEW: Role.ORGAN_HEAD,
    Status.SERVICE_REVIEW: Role.SERVICE_REVIEWER,
    Status.LEGAL_REVIEW: Role.LEGAL_REVIEWER,
}

# What may follow what; the database enforces the same by trigger.
ALLOWED: dict[Status, frozenset[Status]] = {
    Status.DRAFT: frozenset({Status.DEPARTMENT_REVIEW, Status.DISCARDED}),
    Status.DEPARTMENT_REVIEW: frozenset({Status.SERVICE_REVIEW, Status.DRAFT}),
    Status.SERVICE_REVIEW: frozenset({Status.LEGAL_REVIEW, Status.PUBLISHED, Status.DRAFT}),
    Status.LEGAL_REVIEW: frozenset({Status.PUBLISHED, Status.DRAFT}),
    Status.PUBLISHED: frozenset({Status.SUSPENDED, Status.CANCELLED}),
    Status.SUSPENDED: frozenset({Status.PUBLISHED, Status.CANCELLED}),
    Status.CANCELLED: frozenset(),
    Status.DISCARDED: frozenset(),
}
OPEN = frozenset(TURN)  # on its way to publication


def next_status(status: Status, *, local: bool) -> Status:
    """The state after `status` on the path of the version. Refuses version_not_open (status)."""
    path = LOCAL if local else STANDARD
    if status not in path[:-1]:
        raise Refused("version_not_open", status=status.value)
    return path[path.index(status) + 1]


def review(status: Status, *, by: str, hands: frozenset[str]) -> None:
    """A review is passed by somebody who neither wrote nor submitted nor reviewed the version before.

    Refuses version_not_open, own_version. Basis: configuration (编审分离).
    """
    if status not in OPEN - {Status.DRAFT}:
        raise Refused("version_not_open", status=status.value)
    if by in hands:
        raise Refused("own_version")
