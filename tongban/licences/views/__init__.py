"""Pages of licences: the wallet, public verification, the workbench."""
