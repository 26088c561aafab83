"""Rules of licences: identifiers, signed tokens, the status list, standing, grounds; no framework."""
