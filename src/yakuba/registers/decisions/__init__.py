"""決定: what the town has decided of a person, append-only, with the facts and the rules that it was decided by."""
