"""How a mail is written and sent."""
