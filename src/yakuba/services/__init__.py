"""What the town does."""
