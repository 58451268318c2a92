"""Looking at every page: what automatic checks find, what it weighs, and how it looks."""
