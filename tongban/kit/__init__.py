"""Shared widgets without domain words: database, PDF letters, signing, QR, template components."""
