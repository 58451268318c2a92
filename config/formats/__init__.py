"""Dates, times and numbers as each language writes them, where Django would write them otherwise."""
