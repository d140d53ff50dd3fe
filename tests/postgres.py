"""A PostgreSQL server of the tests' own: on loopback, in a folder that goes with it."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
import pytest

START_WITHIN, STOP_WITHIN = 30.0, 30.0  # seconds
MISSING = (
    "This test needs a PostgreSQL server's programs (15 or newer), and none are installed here. "
    "On Debian: apt-get install postgresql"
)
OWNER = "catbridge"
SETTINGS = {  # light, and nothing of it is to survive
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "autovacuum": "off",
    "shared_buffers": "16MB",
    "max_connections": "60",
    "jit": "off",
}
# Much faster than a database for each test: no row of the last one stays, and ids begin anew.
EMPTY = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid();
SET session_replication_role = replica;
DO $$
DECLARE
    name text;
BEGIN
    FOR name IN SELECT tablename FROM pg_tables
        WHERE schemaname = 'public' AND tablename <> 'alembic_version'
    LOOP
        EXECUTE format('DELETE FROM %I', name);
    END LOOP;
    FOR name IN SELECT sequencename FROM pg_sequences WHERE last_value IS NOT NULL
    LOOP
        PERFORM setval(name::regclass, 1, false);
    END LOOP;
END $$;
"""
# The order of people, not of bytes: what relies on SQLite's is found out.
COLLATION = ("--locale=C", "--locale-provider=icu", "--icu-locale=en-US", "--encoding=UTF8")


class Server:
    """`with Server() as server:` has one running; it can be stopped and started in between."""

    def __init__(self) -> None:
        self._programs = _programs()
        self._folder = Path(tempfile.mkdtemp(prefix="catbridge-postgres-"))
        self._user = _unprivileged(self._folder)
        self._process: subprocess.Popen[bytes] | None = None
        self._port = _free_port()
        self._count = 0

    def __enter__(self) -> Server:
        self._run("initdb", "-D", "data", "-U", "postgres", "-A", "trust", "-N", *COLLATION)
        self.start()
        self._run("psql", *self._here, "-d", "postgres", "-c", f"CREATE ROLE {OWNER} LOGIN")
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        shutil.rmtree(self._folder)

    def start(self) -> None:
        """From the thread of the tests: where it ends, the server does."""
        chosen = SETTINGS | {"port": str(self._port)}
        settings = [part for key, value in chosen.items() for part in ("-c", f"{key}={value}")]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [*_ended_with_us(), self._programs / "postgres", "-D", "data", *settings],
                cwd=self._folder,
                stdout=log,
                stderr=log,
                **self._user,
            )
        end = time.monotonic() + START_WITHIN
        while not self._answers():
            assert self._process.poll() is None, self.log
            assert time.monotonic() < end, self.log
            time.sleep(0.02)

    def stop(self) -> None:
        """At once, and everyone's connection with it."""
        assert self._process is not None
        self._process.send_signal(signal.SIGINT)
        self._process.wait(STOP_WITHIN)

    @property
    def log(self) -> str:
        return (self._folder / "log").read_text(errors="replace")[-4000:]

    def url(self, name: str) -> str:
        return f"postgresql+asyncpg://{OWNER}@127.0.0.1:{self._port}/{name}"

    @asynccontextmanager
    async def database(self, template: str = "template0") -> AsyncIterator[str]:
        """The address of a new database, which is gone at the end."""
        self._count += 1
        name = f"test{self._count}"
        await self.create(name, template)
        yield self.url(name)
        await self.execute(f"DROP DATABASE {name} WITH (FORCE)")

    async def create(self, name: str, template: str = "template0") -> None:
        """Nobody may be connected to the template."""
        await self.execute(
            f"CREATE DATABASE {name} OWNER {OWNER} TEMPLATE {template} STRATEGY file_copy"
        )

    async def empty(self, name: str) -> None:
        """Its tables stay."""
        await self.execute(EMPTY, name)

    async def execute(self, statement: str, name: str = "postgres") -> None:
        """In this database, as the server's own administrator."""
        connection: Any = await asyncpg.connect(
            host="127.0.0.1", port=self._port, user="postgres", database=name
        )
        await connection.execute(statement)
        await connection.close()

    @property
    def _here(self) -> list[str]:
        return ["-h", "127.0.0.1", "-p", str(self._port), "-U", "postgres"]

    def _answers(self) -> bool:
        asked = subprocess.run(
            [self._programs / "pg_isready", *self._here], capture_output=True, check=False
        )
        return asked.returncode == 0

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [self._programs / program, *arguments],
            cwd=self._folder,
            capture_output=True,
            check=False,
            **self._user,
        )
        assert done.returncode == 0, done.stderr.decode(errors="replace")


def _programs() -> Path:
    """Debian keeps them off the PATH, one folder for each version."""
    debian = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3])
    )
    on_path = shutil.which("initdb")
    found = debian[-1] if debian else on_path and Path(on_path)
    if not found:
        pytest.fail(MISSING, pytrace=False)
    return Path(found).resolve().parent


def _ended_with_us() -> list[str]:
    """Also where the tests are killed: util-linux can see to that."""
    return ["setpriv", "--pdeathsig", "INT"] if shutil.which("setpriv") else []


def _unprivileged(folder: Path) -> dict[str, Any]:
    """The server refuses to run as root; anybody else may be who they are."""
    if os.geteuid() != 0:
        return {}
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    user = names.get("postgres") or names["nobody"]
    os.chown(folder, user.pw_uid, user.pw_gid)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]
