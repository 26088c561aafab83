"""Pages of the construction room."""
