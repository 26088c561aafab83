"""Writing service projects: enter, assign, mandate, log, blockers, consultations, close."""
