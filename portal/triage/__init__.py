"""What the team agrees on among themselves: who takes what on, what may wait, and which lists they come back to."""
