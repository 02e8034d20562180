"""交付履歴: issued certificates and their numbers."""
