"""Filters of the townships room."""
