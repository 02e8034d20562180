"""収納台帳: what was assessed, paid, returned and written off, to the yen, for every person and instalment."""
