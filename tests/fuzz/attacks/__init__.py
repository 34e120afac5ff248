"""Attacks: each makes up cases of one kind and knows what must hold for them; one a file."""
