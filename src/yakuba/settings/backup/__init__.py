"""控え — a whole town in one file that nobody can read without the town's backup key, and the way back.

The file is an age file (age-encryption.org/v1, X25519); inside, a tar that is written and read as a stream:

    manifest.json          what a restore is compared with: rows and digest of each table, heads of the access chains
    keys/NAME.key          the town's keys, without which the vault and the access records are worth nothing
    seals/WHEN.json        the copies of the seals
    database/NNNNNN        pg_dump's custom format, in pieces (`cat` of all of them is what pg_restore reads)

A backup is there in full or not at all: it is written beside its place, flushed to the disk, and renamed. A restore goes
into an empty data folder, which is marked until everything in it has been compared with the manifest.
"""

from __future__ import annotations

from yakuba.settings.backup.errors import BackupRefused
from yakuba.settings.backup.keys import read_key, town_key
from yakuba.settings.backup.making import make_backup
from yakuba.settings.backup.manifest import Manifest
from yakuba.settings.backup.restoring import is_unfinished, restore_backup

__all__ = ["BackupRefused", "Manifest", "is_unfinished", "make_backup", "read_key", "restore_backup", "town_key"]
