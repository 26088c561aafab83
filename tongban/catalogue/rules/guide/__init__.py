"""The shape of an item's guide (实施清单): what a YAML file, a stored version and a page all agree on.

Values are immutable. Every text is bilingual; Chinese is the authoritative wording.
Field names follow GB/T 39046 table 4 in English; the Chinese term stands beside each.
"""

from tongban.catalogue.rules.guide.applying import (
    Defect,
    Field,
    FieldKind,
    Material,
    Medium,
    Necessity,
    Option,
    Original,
    Question,
    Rows,
    Section,
    Source,
)
from tongban.catalogue.rules.guide.base import (
    Basis,
    Conditional,
    Frozen,
    Limit,
    Text,
    Unit,
)
from tongban.catalogue.rules.guide.handling import (
    Channel,
    Fee,
    Founding,
    Given,
    Outside,
    Print,
    Reach,
    Result,
    Sent,
    Service,
    Step,
    StepKind,
    Support,
)
from tongban.catalogue.rules.guide.whole import (
    AnsweredQuestion,
    Audience,
    Guide,
    Kind,
    Level,
)

__all__ = [
    "AnsweredQuestion",
    "Audience",
    "Basis",
    "Channel",
    "Conditional",
    "Defect",
    "Fee",
    "Field",
    "FieldKind",
    "Founding",
    "Frozen",
    "Given",
    "Guide",
    "Kind",
    "Level",
    "Limit",
    "Material",
    "Medium",
    "Necessity",
    "Option",
    "Original",
    "Outside",
    "Print",
    "Question",
    "Reach",
    "Result",
    "Rows",
    "Section",
    "Sent",
    "Service",
    "Source",
    "Step",
    "StepKind",
    "Support",
    "Text",
    "Unit",
]
