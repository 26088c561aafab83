"""Rules of the construction room: the definition of stages, one form, exchange tables."""
