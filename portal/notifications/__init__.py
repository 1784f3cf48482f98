"""Who is told what, and how: portal, mail, digest."""
