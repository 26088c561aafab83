"""Filters of the construction room."""
