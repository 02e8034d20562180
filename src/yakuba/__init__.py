"""役場 Yakuba: the digital core of a Japanese municipality."""
