"""PostgreSQL の設定値 — the server settings of a private cluster, for the machine it runs on."""

from __future__ import annotations

import os
from pathlib import Path

MEBIBYTE = 1 << 20
GIBIBYTE = 1 << 30


def server_settings(port: int, socket_folder: Path | None, *, has_lz4: bool) -> dict[str, str]:
    """Every setting that differs from PostgreSQL's default, given on the server's command line at each start.

    `has_lz4` tells whether this PostgreSQL was built with that compression.
    """
    memory_bytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "listen_addresses": "127.0.0.1",
        "port": str(port),
        "unix_socket_directories": str(socket_folder or ""),
        # A committed event survives a power cut; said here so that no configuration file can switch it off.
        "fsync": "on",
        "full_page_writes": "on",
        "synchronous_commit": "on",
        "shared_buffers": _megabytes(memory_bytes // 4, at_least=128 * MEBIBYTE, at_most=8 * GIBIBYTE),
        "effective_cache_size": _megabytes(memory_bytes // 2, at_least=256 * MEBIBYTE, at_most=256 * GIBIBYTE),
        "maintenance_work_mem": _megabytes(memory_bytes // 24, at_least=64 * MEBIBYTE, at_most=GIBIBYTE),
        "work_mem": _megabytes(memory_bytes // 400, at_least=8 * MEBIBYTE, at_most=64 * MEBIBYTE),
        # Loading a town writes gigabytes: few, long checkpoints instead of many.
        "max_wal_size": "6GB",
        "checkpoint_timeout": "15min",
        # The other method takes longer over a page than the rest of an event does.
        "wal_compression": "lz4" if has_lz4 else "off",
        "random_page_cost": "1.1",
        "jit": "off",
        # What is asked and stored is personal data: neither statements nor key values go into the log.
        "log_min_error_statement": "panic",
        "log_error_verbosity": "terse",
        "lc_messages": "C",
    }


def _megabytes(size_bytes: int, *, at_least: int, at_most: int) -> str:
    return f"{min(max(size_bytes, at_least), at_most) // MEBIBYTE}MB"
