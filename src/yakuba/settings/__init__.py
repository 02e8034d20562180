"""How it is wired: the only place where the wings are plugged together."""
