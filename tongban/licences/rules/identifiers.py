"""The e-licence identifier (电子证照标识): root, type, organ, serial, version, check character."""

from stdnum.iso7064 import mod_37_36

ROOT = "1.2.156.3005.2"
_PARTS = 5  # type, organ, serial, version, check


def make(*, type_code: str, organ_code: str, serial: int, edition: int) -> str:
    """The identifier of the `serial`-th licence, in its `edition`-th version.

    The form is that of GB/T 36904: root, 证照类型代码, 颁发机构代码, 流水号, 版本号, 校验位. That the type is
    named by the item's base code, nine digits of serial, three of version, and the check character by
    ISO 7064 MOD 37,36 over all four are design defaults: the standard's text was not at hand.
    Basis: GB/T 36904; configuration.
    """
    parts = [type_code, organ_code, f"{serial:09d}", f"{edition:03d}"]
    return ".".join([ROOT, *parts, check("".join(parts))])


def check(characters: str) -> str:
    """The check character of digits and capital letters. Basis: ISO 7064 MOD 37,36."""
    return mod_37_36.calc_check_digit(characters)


def is_valid(identifier: str) -> bool:
    """Whether an identifier has the form and the right check character."""
    head, parts = identifier[: len(ROOT) + 1], identifier[len(ROOT) + 1 :].split(".")
    characters = "".join(parts)
    if head != f"{ROOT}." or len(parts) != _PARTS or len(parts[-1]) != 1:
        return False
    return characters.isascii() and characters.isalnum() and mod_37_36.is_valid(characters)
