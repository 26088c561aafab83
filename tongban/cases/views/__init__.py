"""Pages of the cases room: the applicant's, the officer's, and public verification."""
