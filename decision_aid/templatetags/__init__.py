"""Template tags of the decision pages."""
