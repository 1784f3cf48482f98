"""Who wants what, and how much: votes, and votes set aside."""
