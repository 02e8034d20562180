"""職員: accounts, second factor and rights by task."""
