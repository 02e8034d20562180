"""The rule engine: law as functions over columns of integers."""
