"""窓口: the staff's pages."""
