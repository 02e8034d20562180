"""アクセス記録: the one door to personal data, and its chain of records."""
