from __future__ import annotations

import json
import re
import zipfile
from collections.abc import AsyncGenerator, Awaitable, Callable
from pathlib import Path

import pytest
import pytest_asyncio
import structlog
from aiohttp import web

from bot.core.errors import Refused
from bot.translate.install import install, install_file, remove
from bot.translate.packages import PackageInfo, find
from tests.translate.packages import STARTER, metadata, package_file, package_folder


def sentence(error: Refused) -> str:
    return error.message.format(**error.values)


def installed(data_dir: Path) -> list[PackageInfo]:
    return [package for package in find(data_dir) if package.origin == "installed"]


def test_the_starters_are_always_there(tmp_path: Path) -> None:
    assert {(p.pair, p.origin) for p in find(tmp_path)} == {
        ("zh-en", "starter"),
        ("en-zh", "starter"),
    }


def test_what_the_operator_named_comes_first_and_the_newest_of_it(tmp_path: Path) -> None:
    install_file(package_file(tmp_path / "a", pair=("zh", "en"), version="1.9"), tmp_path)
    named = package_folder(tmp_path / "mine" / "zh_en", "zh", "en")
    found = [p for p in find(tmp_path, package_dirs=[named.parent]) if p.pair == "zh-en"]
    assert [p.origin for p in found] == ["configured", "installed", "starter"]


def test_a_new_version_takes_the_old_ones_place(tmp_path: Path) -> None:
    for version in ("1.9", "1.10"):
        install_file(package_file(tmp_path / "a", version=version), tmp_path)
    assert [(p.pair, p.version) for p in installed(tmp_path)] == [("xx-yy", "1.10")]


def test_installing_the_same_again_changes_nothing(tmp_path: Path) -> None:
    first = install_file(STARTER, tmp_path)
    assert install_file(STARTER, tmp_path) == first
    assert installed(tmp_path) == [first]


def test_a_removed_package_is_gone_and_others_stay(tmp_path: Path) -> None:
    install_file(package_file(tmp_path / "a"), tmp_path)
    install_file(package_file(tmp_path / "b", pair=("yy", "xx")), tmp_path)
    remove("xx-yy", tmp_path)
    assert [p.pair for p in installed(tmp_path)] == ["yy-xx"]
    with pytest.raises(Refused, match="No package"):
        remove("xx-yy", tmp_path)


def no_zip(path: Path) -> Path:
    path.write_bytes(b"<html>not found</html>")
    return path


def cut_short(path: Path) -> Path:
    path.write_bytes(STARTER.read_bytes()[:100_000])
    return path


def damaged(path: Path) -> Path:
    content = bytearray(STARTER.read_bytes())
    content[200_000:200_100] = bytes(100)
    path.write_bytes(content)
    return path


def with_stray_file(path: Path) -> Path:
    package_file(path)
    with zipfile.ZipFile(path, "a") as packed:
        packed.writestr("translate-xx_yy-1.0/../../escaped.txt", "outside")
    return path


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (no_zip, "damaged, or not a zip"),
        (cut_short, "damaged, or not a zip"),
        (damaged, "damaged, or not a zip"),
        (with_stray_file, "one folder"),
        (lambda path: package_file(path, without="metadata.json"), "metadata.json is missing"),
        (lambda path: package_file(path, without="model/model.bin"), "model.bin is missing"),
        (lambda path: package_file(path, without="sentencepiece.model"), "model is missing"),
        (lambda path: package_file(path, about="{"), "can't be read"),
        (lambda path: package_file(path, about="[]"), "can't be read"),
        (lambda path: package_file(path, about="{}"), "can't be read"),
    ],
)
def test_a_file_that_is_no_package_is_refused_by_name_and_leaves_nothing(
    tmp_path: Path, make: Callable[[Path], Path], reason: str
) -> None:
    archive = make(tmp_path / "broken.argosmodel")
    with pytest.raises(Refused) as refused:
        install_file(archive, tmp_path / "data")
    assert reason in sentence(refused.value)
    assert "broken.argosmodel" in sentence(refused.value)
    assert not list((tmp_path / "data").glob("packages/*"))
    assert not (tmp_path / "escaped.txt").exists()


def test_a_broken_package_is_logged_and_the_others_serve(tmp_path: Path) -> None:
    (tmp_path / "packages" / "half").mkdir(parents=True)
    with structlog.testing.capture_logs() as logs:
        assert {p.origin for p in find(tmp_path)} == {"starter"}
    assert "half" in logs[0]["reason"]


def leftovers(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


Serve = Callable[[dict[str, bytes]], Awaitable[str]]


@pytest_asyncio.fixture
async def serve() -> AsyncGenerator[Serve, None]:
    """Answers with these files, and nothing else."""
    files: dict[str, bytes] = {}

    async def answer(request: web.Request) -> web.Response:
        content = files.get(request.path.lstrip("/"))
        return web.Response(status=404) if content is None else web.Response(body=content)

    application = web.Application()
    application.router.add_get("/{name:.*}", answer)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]

    async def start(wanted: dict[str, bytes]) -> str:
        address = f"http://{host}:{port}"
        files.update({k: v.replace(b"HOST", address.encode()) for k, v in wanted.items()})
        return address

    yield start
    await runner.cleanup()


def index(*entries: tuple[str, str, str]) -> bytes:
    return json.dumps(
        [
            {**json.loads(metadata(a, b, v)), "links": ["ipfs://x", f"HOST/{a}_{b}-{v}"]}
            for a, b, v in entries
        ]
    ).encode()


async def test_the_newest_package_of_the_index_is_installed(tmp_path: Path, serve: Serve) -> None:
    content = package_file(tmp_path / "a", pair=("zh", "en"), version="1.10").read_bytes()
    entries = index(("zh", "en", "1.9"), ("zh", "en", "1.10"), ("en", "zh", "1.9"))
    address = await serve({"index.json": entries, "zh_en-1.10": content})
    seen: list[tuple[int, int | None]] = []
    package = await install(
        "zh-en", tmp_path / "data", index_url=address, progress=lambda *p: seen.append(p)
    )
    assert (package.pair, package.version) == ("zh-en", "1.10")
    assert installed(tmp_path / "data") == [package]
    assert seen[-1] == (len(content), len(content))


@pytest.mark.parametrize(
    ("files", "pair", "reason"),
    [
        ({"index.json": index(("zh", "en", "1"))}, "zh-fr", "nothing for zh-fr.*zh-en"),
        ({"index.json": index(("zh", "en", "1"))}, "zh-en", "answered with status 404"),
        ({}, "zh-en", "answered with status 404"),
        ({"index.json": b"<html>"}, "zh-en", "no package index"),
        ({"index.json": b"{}"}, "zh-en", "no package index"),
        ({"index.json": index(("zh", "en", "1")), "zh_en-1": b"<html>"}, "zh-en", "not a zip"),
    ],
)
async def test_a_failed_download_says_why_and_leaves_nothing(
    tmp_path: Path, serve: Serve, files: dict[str, bytes], pair: str, reason: str
) -> None:
    address = await serve(files)
    with pytest.raises(Refused) as refused:
        await install(pair, tmp_path, index_url=address)
    assert re.search(reason, sentence(refused.value))
    assert leftovers(tmp_path) == []


async def test_without_a_network_the_sentence_names_the_address(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        await install("zh-en", tmp_path, index_url="http://127.0.0.1:9")
    assert "http://127.0.0.1:9/index.json can't be reached" in sentence(refused.value)
