"""One thing, one form (一件事): the items of one event applied for once and handled at the same time.

Pure: members come in as what they ask, need and promise; out come the one form, the one set of materials,
the order of handling, and what all of it saves. Basis: 行政许可法 Art 26¶2; 优化营商环境条例 Art 36.
"""

from tongban.engine.bundle.form import Ask, Asked, answers_of, one_form
from tongban.engine.bundle.materials import Need, Needed, one_set
from tongban.engine.bundle.order import Link, Path, critical_path, later, linked, waves
from tongban.engine.bundle.progress import Part, State, Whole, blocked, share, startable, whole
from tongban.engine.bundle.savings import Member, Saved, saved

__all__ = [
    "Ask",
    "Asked",
    "Link",
    "Member",
    "Need",
    "Needed",
    "Part",
    "Path",
    "Saved",
    "State",
    "Whole",
    "answers_of",
    "blocked",
    "critical_path",
    "later",
    "linked",
    "one_form",
    "one_set",
    "saved",
    "share",
    "startable",
    "waves",
    "whole",
]
