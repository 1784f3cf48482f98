"""What becomes of ideas that belong together: merged, split, converted, linked."""
