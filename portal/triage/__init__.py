"""What the team agrees on among themselves: who takes what on, what may wait, their lists, and what helps to answer."""
