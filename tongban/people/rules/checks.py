"""What a user name, a telephone and an age must be."""

import re
from datetime import date

from tongban.engine import codes
from tongban.engine.refusal import Refused

_USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{3,47}")


def check_username(username: str) -> str:
    """The user name in small letters. Refuses `username_invalid`: 4–48 of a–z, 0–9, dot, dash, underscore.

    Basis: configuration.
    """
    name = username.strip().lower()
    if not _USERNAME.fullmatch(name):
        raise Refused("username_invalid", username=name)
    return name


def check_phone(phone: str) -> str:
    """The telephone number as it is stored. Refuses with the codes of `engine.codes.explain_phone`.

    Basis: configuration (mainland numbering plan).
    """
    number = codes.tidy(phone).removeprefix("+86")
    if fault := codes.explain_phone(number):
        raise Refused(fault, digits=sum(char.isdigit() for char in number))
    return number


def check_age(id_number: str, on: date) -> None:
    """Refuse `under_fourteen` when the holder of a valid ID number is not yet fourteen on `on`.

    Basis: 个人信息保护法 Art 31 (a guardian must consent; done at the hall).
    """
    born = id_number[6:14]
    fourteenth = f"{int(born[:4]) + 14}{born[4:]}"
    if f"{on:%Y%m%d}" < fourteenth:
        raise Refused("under_fourteen")
