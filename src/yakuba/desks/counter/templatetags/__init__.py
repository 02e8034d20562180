"""Filters for the counter's templates."""
