"""What operators use: commands, checks, figures for Prometheus."""
