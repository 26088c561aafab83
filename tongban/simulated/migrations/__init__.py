"""Migrations of the room of simulated approvals."""
