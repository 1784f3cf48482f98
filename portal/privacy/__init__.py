"""What is held of a person: shown, handed over, erased, purged."""
