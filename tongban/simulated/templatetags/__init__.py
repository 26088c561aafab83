"""Template filters of the room of simulated approvals."""
