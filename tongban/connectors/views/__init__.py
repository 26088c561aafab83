"""Pages of the connectors room: the administrator's desk, and the address organs outside post to."""
