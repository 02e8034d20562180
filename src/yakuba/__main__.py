"""`python -m yakuba`: the command line of desks/cli."""

from __future__ import annotations

from yakuba.desks.cli import commands

if __name__ == "__main__":
    commands.run()
