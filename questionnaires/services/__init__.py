"""The verbs of asking."""
