"""一括処理: long work with progress."""
