"""Valid objects by keyword, so that a test names only what it is about."""
