"""What staff do with what people send in: acts that can be undone, on one idea or on several."""
