"""Rules of the catalogue: the shape of a guide, its conditions and its lint."""
