"""Reads of the cases room, scoped by who asks."""
