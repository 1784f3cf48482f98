"""How a transaction writes and holds rows, what tables share, how old they are, and words in one row a language."""
