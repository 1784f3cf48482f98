"""What a request passes first: kept pages, turns, limits."""
