"""Four stages of a construction project (工程建设项目四阶段): what applies, which gate law sets, how long it took.

Pure: the definition of stages, items and gates comes in as values, the project as its facts, the handling as days.
Basis: 优化营商环境条例 Art 41, 42; 国办发〔2019〕11号.
"""

from tongban.engine.stages.gates import Gate, check, missing, order
from tongban.engine.stages.measure import Handled, Measured, approval_days, held_up, measure, span_days
from tongban.engine.stages.plan import Branch, Item, Outcome, Planned, Stage, close, outcome, plan

__all__ = [
    "Branch",
    "Gate",
    "Handled",
    "Item",
    "Measured",
    "Outcome",
    "Planned",
    "Stage",
    "approval_days",
    "check",
    "close",
    "held_up",
    "measure",
    "missing",
    "order",
    "outcome",
    "plan",
    "span_days",
]
