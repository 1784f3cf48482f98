"""Measures the portal on data of any size, beside what the server and the database could do at best."""
