"""Atelier: a portal where customers and a brand make products together."""
