"""Who people are: accounts, addresses, sessions, choices."""
