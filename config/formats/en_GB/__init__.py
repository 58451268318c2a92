"""British English: the month in words, so that nobody can mistake it."""
