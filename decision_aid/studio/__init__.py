"""The administrator's studio: pages on which people who are no programmers write questions and rules."""
