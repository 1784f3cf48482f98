"""How a picture is checked, made small and kept."""
