"""How Markdown is read within its bounds."""
