"""What the brand owes: the days that it promised, and the answers that it has not given yet."""
