"""What the town knows."""
