"""The house and organs outside it: signed messages out and in, in order, none lost."""
