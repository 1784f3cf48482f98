"""What the team owes and agrees on: promised days, answers owed, who has what in hand, what may wait or be undone."""
