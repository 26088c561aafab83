"""Who may do what with a version: the post's organ must be the one whose turn it is."""

from collections.abc import Iterable

import msgspec

from tongban.catalogue.rules.workflow import TURN, Status
from tongban.people.rules import Role

SERVICE_ORGAN = "government_services"  # 政务服务机构
LEGAL_ORGAN = "justice"  # 法制审核
CITY_DIGITS = 4  # digits a city's division code shares with its counties


class Seat(msgspec.Struct, frozen=True):
    """A post as the catalogue sees it: department and division of its organ, and its roles."""

    department: str
    division: str
    roles: frozenset[Role]

    @property
    def area(self) -> str:
        """How the codes of the divisions begin that the seat's is or contains."""
        return self.division[:CITY_DIGITS] if self.division.endswith("00") else self.division

    def covers(self, division: str) -> bool:
        """Whether the seat's division is or contains `division`."""
        return division.startswith(self.area)


class Matter(msgspec.Struct, frozen=True):
    """What a version is about: the item's department and the division whose version it is."""

    department: str
    division: str


def may(status: Status, seats: Iterable[Seat], matter: Matter) -> bool:
    """Whether one of the seats has its turn at a version in `status`.

    The department writes and reviews its own items, the service organ and the legality reviewers those of
    every department. Basis: configuration (编制→部门审核→政务服务机构审核→法制审核).
    """
    role = TURN.get(status)
    organs = {
        Status.DRAFT: {matter.department, SERVICE_ORGAN},
        Status.DEPARTMENT_REVIEW: {matter.department},
        Status.SERVICE_REVIEW: {SERVICE_ORGAN},
        Status.LEGAL_REVIEW: {LEGAL_ORGAN},
    }.get(status, set())
    return any(role in s.roles and s.department in organs and s.covers(matter.division) for s in seats)


def may_rule(seats: Iterable[Seat], matter: Matter) -> bool:
    """Whether one of the seats may suspend, resume or cancel: a reviewer of the service organ.

    Basis: configuration (事项暂停、取消).
    """
    return may(Status.SERVICE_REVIEW, seats, matter)


def may_answer(seats: Iterable[Seat], matter: Matter) -> bool:
    """Whether one of the seats answers a standing finding: the department's own editor or head.

    Basis: configuration (谁主管谁说明).
    """
    return any(
        s.department == matter.department
        and s.roles & {Role.EDITOR, Role.ORGAN_HEAD}
        and s.covers(matter.division)
        for s in seats
    )


def may_judge(seats: Iterable[Seat], matter: Matter) -> bool:
    """Whether one of the seats reviews the answer to a standing finding: the service organ's reviewer.

    Basis: configuration (政务服务机构审核).
    """
    return may(Status.SERVICE_REVIEW, seats, matter)
