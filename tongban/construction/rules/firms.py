"""A firm that takes part in a project (参建单位), as its entry gives it."""

import msgspec


class Firm(msgspec.Struct, frozen=True, kw_only=True):
    """A firm in a role, with its qualification and who leads its work."""

    role: str
    name: str
    uscc: str
    qualification: str = ""
    leader: str = ""
    certificate: str = ""
