"""Every component in every state on one page: it does not exist in production."""
