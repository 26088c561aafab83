"""How a guide's form names those who must sign: the field of the ID number, the name beside it, the capacity."""

from tongban.catalogue.rules.guide import Section, Text

SIGNED_BY = "_id_number"  # what the codes of these fields end in; what stands before it is the capacity
_ENDINGS_ZH = ("身份证号码", "公民身份号码", "身份证件号码", "证件号码")
_ENDINGS_EN = ("'s identity number", "'s ID number", " identity number", " ID number")


def capacity(code: str) -> str:
    """The capacity somebody named by the field `code` signs in."""
    return code.removesuffix(SIGNED_BY)


def name_codes(code: str) -> tuple[str, str]:
    """The codes that the field of the person's name may have."""
    return f"{capacity(code)}_name", capacity(code)


def words(section: Section, code: str) -> Text:
    """The capacity in words: what one row of a list is called, else what the field's label says the number is of."""
    if section.rows:
        return section.rows.one
    label = next(field.label for field in section.fields if field.code == code)
    return Text(zh=_without(label.zh, _ENDINGS_ZH), en=_without(label.en, _ENDINGS_EN))


def _without(label: str, endings: tuple[str, ...]) -> str:
    ending = next((ending for ending in endings if label.endswith(ending)), "")
    return label.removesuffix(ending) or label
