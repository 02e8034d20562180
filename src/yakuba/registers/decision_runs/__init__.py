"""一括決定: a town's decisions as one run: proposed, calculated, approved by a second person, posted; append-only."""
