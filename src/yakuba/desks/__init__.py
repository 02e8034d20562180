"""Who it serves: the counter, the command line."""
