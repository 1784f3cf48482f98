"""The standing texts: privacy, conduct, accessibility."""
