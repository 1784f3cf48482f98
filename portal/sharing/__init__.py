"""How ideas and releases are shared: page, picture, preview."""
