"""Rules of the connectors room: the contract both sides keep, and what follows from an answer."""
