"""How people are thanked: points, partners, welcomes."""
