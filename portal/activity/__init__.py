"""What happened: one event a change, with its sentence."""
