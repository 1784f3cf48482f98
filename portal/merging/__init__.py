"""Families: ideas that ask for the same live in one of them, and each can leave again with all that is its own."""
