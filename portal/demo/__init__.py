"""A portal to look at: its people and its year."""
