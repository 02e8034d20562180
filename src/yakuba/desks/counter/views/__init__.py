"""窓口のページ: each view parses, calls one command or query, and renders."""
