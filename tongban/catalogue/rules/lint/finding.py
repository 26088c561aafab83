"""What a lint rule says: which rule, where, and in words."""

from collections.abc import Callable, Iterator

import msgspec

from tongban.catalogue.rules.guide import Guide, Text

SUSPICION = "suspect_"  # rules named so find suspicions, which a department can answer with the law


class Finding(msgspec.Struct, frozen=True, order=True):
    """A fault of the catalogue. `where` is the base code and the path of the part, e.g. "… materials.lease"."""

    rule: str
    where: str
    message: Text

    @property
    def answerable(self) -> bool:
        """Whether the department may show that it is lawful as it stands; any other finding must be mended."""
        return self.rule.startswith(SUSPICION)


Fault = tuple[str, Text]  # (path inside the guide, words)
Rule = Callable[[Guide], Iterator[Fault]]


def said(path: str, zh: str, en: str) -> Fault:
    """A fault at `path`, in both languages."""
    return path, Text(zh=zh, en=en)
