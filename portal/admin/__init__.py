"""The pages of staff: they use the verbs of the others."""
