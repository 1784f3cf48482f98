"""How a portal looks: colours, logos, avatars."""
