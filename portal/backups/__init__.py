"""Backups of a portal: saved, restored, quieted."""
