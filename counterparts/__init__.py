"""Simulated organs outside the house, for demos and tests: a process of its own that shares nothing but the contract."""
