"""The worker: does what the tables say is due, woken by RQ or by its own watch."""
