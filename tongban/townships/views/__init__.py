"""Pages of the townships room: the county office's register, and who handles what in a town."""
