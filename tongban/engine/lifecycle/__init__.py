"""What may follow what in a case: commands are decided into events, events fold into a state."""

from tongban.engine.lifecycle.decide import ALLOWED, decide, possible
from tongban.engine.lifecycle.evolve import evolve, fold
from tongban.engine.lifecycle.state import Case, Stage

__all__ = ["ALLOWED", "Case", "Stage", "decide", "evolve", "fold", "possible"]
