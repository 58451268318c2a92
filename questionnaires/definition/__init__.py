"""What is asked and how it is answered, as plain immutable data that needs no framework."""
