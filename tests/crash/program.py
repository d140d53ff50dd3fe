"""The program as a process of its own, which tests kill and start again on the same data."""

from __future__ import annotations

import asyncio
import contextlib
import os
import resource
import signal
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

ROOT = Path(__file__).parent.parent.parent
ENDS_WITHIN = 15.0  # seconds


class Program:
    """`async with Program(config):` runs it, and stops it at the end."""

    def __init__(self, config: Path, *, fault: str = "") -> None:
        """`fault`: where it is to kill itself, as CATBRIDGE_FAULT says it."""
        self._config = config
        self._fault = fault
        self._process: asyncio.subprocess.Process | None = None
        self._reading: asyncio.Task[None] | None = None
        self._log = bytearray()

    async def __aenter__(self) -> Self:
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "bot", "run", "--config", str(self._config)),
            cwd=ROOT,
            env=os.environ | {"CATBRIDGE_FAULT": self._fault, "LC_ALL": "C.UTF-8"},
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )
        self._reading = asyncio.create_task(self._read())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.is_alive:
            self.terminate()
        try:
            await self.ended()
        finally:
            self.kill()
        if self._reading is not None:
            await self._reading
        if error is not None:
            print(self.log[-6000:])

    @property
    def is_alive(self) -> bool:
        return self._process is not None and self._process.returncode is None

    @property
    def log(self) -> str:
        return self._log.decode(errors="replace")

    def kill(self) -> None:
        self._signal(signal.SIGKILL)

    def terminate(self) -> None:
        self._signal(signal.SIGTERM)

    async def ended(self, within: float = ENDS_WITHIN) -> int:
        """The exit status; minus the signal that ended it."""
        assert self._process is not None
        return await asyncio.wait_for(self._process.wait(), within)

    def limit_files(self, size: int = resource.RLIM_INFINITY) -> None:
        """Let it write no file beyond `size` bytes, as on a disk that is full."""
        assert self._process is not None
        _, hard = resource.prlimit(self._process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(self._process.pid, resource.RLIMIT_FSIZE, (size, hard))

    def _signal(self, number: signal.Signals) -> None:
        assert self._process is not None
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._process.pid, number)

    async def _read(self) -> None:
        assert self._process is not None
        assert self._process.stderr is not None
        while piece := await self._process.stderr.read(65536):
            self._log += piece
