"""Tongban (通办): a city's government services as one catalogue, one case engine, one clock, one record."""
