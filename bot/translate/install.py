"""Puts a package where this program finds it, from the Argos index or a file, or takes it away.

Nothing half downloaded or half unpacked is ever found as a package.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiohttp

from bot.core.errors import Refused
from bot.i18n import N_
from bot.translate.argos import argos_index
from bot.translate.packages import PackageInfo, find, installed_dir, read, unpack, version_key

UNREACHABLE = N_("{address} can't be reached. Check the connection and the proxy settings.")
ANSWERED = N_("{address} answered with status {status}.")
NO_INDEX = N_("{address} is no package index.")
NO_PAIR = N_("The package index has nothing for {pair}. It has, for example: {others}.")
NOT_INSTALLED = N_("No package for {pair} was installed here.")

_PATIENCE = aiohttp.ClientTimeout(total=None, sock_connect=30, sock_read=60)
_BLOCK = 1 << 16  # bytes

Progress = Callable[[int, int | None], None]  # bytes so far, and of how many if that is known


async def install(
    pair: str,
    data_dir: Path,
    *,
    index_url: str | None = None,
    progress: Progress = lambda done, total: None,
) -> PackageInfo:
    """Download and unpack the newest package for a pair such as "zh-en".

    `index_url`: an index, or the folder it is in; None for the one that argostranslate knows.
    Raises `Refused`; `OSError` where the disk refuses.
    """
    address = _index_address(index_url or argos_index())
    async with aiohttp.ClientSession(trust_env=True, timeout=_PATIENCE) as session:
        link = _link(await _index(session, address), pair, address)
        with _scratch(data_dir) as scratch:
            archive = Path(scratch) / f"{pair}.argosmodel"
            await _download(session, link, archive, progress)
            return await asyncio.to_thread(install_file, archive, data_dir)


def install_file(archive: Path, data_dir: Path) -> PackageInfo:
    """Unpack a package file; other versions of the same pair give way to it.

    Raises `Refused` where the file is no package, `OSError` where it can't be read or unpacked.
    """
    new = read(archive, "installed")
    folder = unpack(archive, installed_dir(data_dir))
    for old in _installed(new.pair, data_dir):
        if old.path != folder:
            shutil.rmtree(old.path)
    return read(folder, "installed")


def remove(pair: str, data_dir: Path) -> list[PackageInfo]:
    """Delete what was installed here for a pair; starters and others' packages stay."""
    found = _installed(pair, data_dir)
    if not found:
        raise Refused(NOT_INSTALLED, pair=pair)
    for package in found:
        shutil.rmtree(package.path)
    return found


def _installed(pair: str, data_dir: Path) -> list[PackageInfo]:
    ours = installed_dir(data_dir)
    return [p for p in find(data_dir) if p.pair == pair and p.path.parent == ours]


def _index_address(address: str) -> str:
    return address if address.endswith(".json") else f"{address.rstrip('/')}/index.json"


async def _index(session: aiohttp.ClientSession, address: str) -> list[dict[str, Any]]:
    try:
        async with session.get(address, raise_for_status=True) as answer:
            entries = json.loads(await answer.read())
    except (aiohttp.ClientError, TimeoutError) as failure:
        raise _unreachable(address, failure) from failure
    except ValueError:
        raise Refused(NO_INDEX, address=address) from None
    if not isinstance(entries, list):
        raise Refused(NO_INDEX, address=address)
    return [entry for entry in entries if isinstance(entry, dict) and _web_links(entry)]


def _link(entries: list[dict[str, Any]], pair: str, address: str) -> str:
    served = {_pair(entry) for entry in entries}
    matching = [entry for entry in entries if _pair(entry) == pair]
    if not matching:
        near = sorted(served, key=lambda other: (not set(other.split("-")) & {"zh"}, other))
        raise Refused(NO_PAIR, pair=pair, others=", ".join(near[:6]) or address)
    newest = max(matching, key=lambda entry: version_key(str(entry.get("package_version", ""))))
    return _web_links(newest)[0]


def _pair(entry: dict[str, Any]) -> str:
    return f"{entry.get('from_code')}-{entry.get('to_code')}"


def _web_links(entry: dict[str, Any]) -> list[str]:
    links = entry.get("links")
    wanted = links if isinstance(links, list) else []
    return [link for link in wanted if str(link).startswith(("https://", "http://"))]


def _scratch(data_dir: Path) -> tempfile.TemporaryDirectory[str]:
    data_dir.mkdir(parents=True, exist_ok=True)
    return tempfile.TemporaryDirectory(dir=data_dir, prefix=".download-")


async def _download(
    session: aiohttp.ClientSession, link: str, archive: Path, progress: Progress
) -> None:
    try:
        async with session.get(link, raise_for_status=True) as answer:
            with archive.open("wb") as file:
                async for block in answer.content.iter_chunked(_BLOCK):
                    file.write(block)
                    progress(file.tell(), answer.content_length)
    except (aiohttp.ClientError, TimeoutError) as failure:
        raise _unreachable(link, failure) from failure


def _unreachable(address: str, failure: Exception) -> Refused:
    if isinstance(failure, aiohttp.ClientResponseError):
        return Refused(ANSWERED, address=address, status=failure.status)
    return Refused(UNREACHABLE, address=address)
