"""Writes of the cases room: drafts, uploads, submission, commands, letters."""
