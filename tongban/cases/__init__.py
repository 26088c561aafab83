"""Cases: from a draft to a delivered decision, by the lifecycle engine, on the record."""
