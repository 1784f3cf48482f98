"""One layout for all that is written by hand: `bin/format`."""
