"""The house around the rooms: settings, URLs, reactions and the command line."""
