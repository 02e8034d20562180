"""標準の項目名によるファイル: residents, households and histories in and out as CSV (national data list, 1.3)."""
