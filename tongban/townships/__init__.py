"""Towns: which powers the counties moved to them, how that is decided, and who handles what there."""
