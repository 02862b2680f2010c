"""The daemon's database, as SQLite reads it while the daemon has it not open."""

import shutil
import sqlite3
import tempfile
from pathlib import Path

NAME = "transmitter.sqlite"


def read(database: Path, query: str) -> list:
    """The first column of what a query finds. Leaves no file beside the database, and does not see its log."""
    connection = sqlite3.connect(f"file:{database}?immutable=1", uri=True)
    try:
        return [value for value, *_ in connection.execute(query)]
    finally:
        connection.close()


def tokens(database: Path) -> set[str]:
    """The jti of every delivery."""
    return set(read(database, "SELECT jti FROM delivery"))


def recovered_tokens(database: Path) -> set[str]:
    """The same as it will be once the log is written back. Recovery is left to the daemon: this has copies."""
    with tempfile.TemporaryDirectory(dir=database.parent.parent) as directory:
        copy = Path(directory) / NAME
        for suffix in ("", "-wal"):
            shutil.copy(f"{database}{suffix}", f"{copy}{suffix}")
        connection = sqlite3.connect(copy)
        try:
            return {jti for jti, in connection.execute("SELECT jti FROM delivery")}
        finally:
            connection.close()


def damage(database: Path) -> list[str]:
    """What SQLite finds wrong, its log included."""
    connection = sqlite3.connect(database)
    try:
        return [line for line, in connection.execute("PRAGMA integrity_check") if line != "ok"]
    finally:
        connection.close()
