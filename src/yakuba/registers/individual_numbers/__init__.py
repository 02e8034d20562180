"""個人番号: the vault."""
