"""What people say about an idea: comments and replies."""
