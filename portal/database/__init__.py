"""How old the tables are, and words in one row a language."""
