"""Filters of the enterprise room."""
