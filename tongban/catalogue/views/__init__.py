"""Pages of the catalogue: those people start from, and the desk where officials keep it."""
