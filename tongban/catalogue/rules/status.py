"""The states of a version of a guide (事项状态) and what may follow what."""

from enum import StrEnum


class Status(StrEnum):
    """Status of a version."""

    DRAFT = "draft"  # 待发布
    PUBLISHED = "published"  # 已发布
    SUSPENDED = "suspended"  # 暂停
    CANCELLED = "cancelled"  # 取消


# What may follow what; the database enforces the same by trigger. Basis: configuration (事项状态).
ALLOWED: dict[Status, frozenset[Status]] = {
    Status.DRAFT: frozenset({Status.PUBLISHED}),
    Status.PUBLISHED: frozenset({Status.SUSPENDED, Status.CANCELLED}),
    Status.SUSPENDED: frozenset({Status.PUBLISHED, Status.CANCELLED}),
    Status.CANCELLED: frozenset(),
}
