"""Rules of the cases room: who may do what, lights, letters; pure."""
