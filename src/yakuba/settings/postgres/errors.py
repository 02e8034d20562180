"""What can go wrong before there is a database to talk to."""

from __future__ import annotations


class PostgresUnavailable(Exception):
    """No PostgreSQL can be reached or started; the text says in Japanese what is the matter and what to do."""
