"""Template filters of the licences room."""
