"""What the portal says of itself: logs and figures."""
