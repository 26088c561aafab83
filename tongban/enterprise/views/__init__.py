"""Pages of the enterprise room."""
