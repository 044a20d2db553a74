"""A sample agency receiver."""
