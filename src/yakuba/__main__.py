"""`python -m yakuba`: the command line of desks/cli."""

from __future__ import annotations

from yakuba.desks.cli import main

if __name__ == "__main__":
    main(prog_name="yakuba")
