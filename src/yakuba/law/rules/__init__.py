"""The rules of the law, a folder a law."""
