"""Writing projects: register, apply for a stage, close it, begin the works."""
