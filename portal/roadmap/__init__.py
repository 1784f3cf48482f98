"""What comes now, next and later."""
