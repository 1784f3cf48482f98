"""What the team owes and agrees on: promised days, answers owed, who takes what on, what may wait, and what is undone."""
