"""The law as data: statutes and glossary."""
