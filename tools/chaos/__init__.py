"""What the portal survives: a load with a history, faults, and a checker that compares the database with it.

Read in this order: `stand` (the processes), `load` (who asks for what), `trial` (one run), `faults` (what is done),
`checker` (what must be so afterwards), `controls` (what the checker must catch).
"""
