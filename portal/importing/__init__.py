"""What other tools exported: read, checked, kept."""
