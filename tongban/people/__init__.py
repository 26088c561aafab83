"""Persons, organisations, posts and roles; sign-in; masking and encryption of personal data."""
