"""What staff work through, and what helps them to answer."""
