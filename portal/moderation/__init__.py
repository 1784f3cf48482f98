"""What keeps it civil: reports, signs of spam, verdicts."""
