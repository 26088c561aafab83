"""Reading projects: one's own, the board, branches, the approval map, the exchange."""
