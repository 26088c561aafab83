"""The definition as shipped in data/, read once."""

from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import yaml

from tongban.construction.rules.definition import Definition

DATA = Path(__file__).resolve().parent.parent / "data"


@cache
def definition() -> Definition:
    """Stages, themes, items and gates. Raises msgspec.ValidationError or ValueError naming the fault."""
    laws = _load("gates")
    return msgspec.convert(
        {
            **_load("stages"),
            **_load("project"),
            **laws,
            "themes": _load("themes"),
            "items": _load("items"),
        },
        Definition,
    )


def _load(name: str) -> Any:
    return yaml.load((DATA / f"{name}.yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
