"""What is looked at on this machine: disk, time zones, models."""

from __future__ import annotations

import re
from pathlib import Path

from bot.checkup import disk, machine, models, pairs_of
from bot.core.errors import Severity
from bot.core.model import ChannelId, ChannelOptions, Relay, RelayChannel
from bot.translate.argos import list_packages
from bot.translate.packages import PackageInfo
from tests.findings import codes, found

PAIRS = {("en", "zh"), ("zh", "en")}


def test_a_full_disk_is_broken_before_the_folder_is_made(tmp_path: Path) -> None:
    folder = tmp_path / "data" / "deep"
    roomy = disk(folder, least=1)
    assert roomy.code == "disk.ok"
    assert re.search(r" \d+\.\d GB are free", str(roomy))
    full = disk(folder, least=2**70)
    assert (full.code, full.severity) == ("disk.full", Severity.BROKEN)
    assert not folder.exists()


def test_a_time_zone_that_the_system_lacks_is_broken() -> None:
    assert codes(machine(["Asia/Shanghai", "UTC"])) == ["system.ok"]
    missing = found(machine(["Asia/Shanghai", "Mars/Olympus"]), "zones.missing")
    assert missing.values == {"zone": "Mars/Olympus"}
    assert missing.severity is Severity.BROKEN


def test_a_pair_without_a_model_is_broken_with_its_command() -> None:
    missing = found(models({("en", "de")}, lambda *_: False, []), "models.missing")
    assert missing.severity is Severity.BROKEN
    assert "models install en-de" in str(missing)


def test_starter_models_alone_are_worth_knowing(tmp_path: Path) -> None:
    listed = models(PAIRS, lambda *_: True, list_packages(tmp_path))
    assert codes(listed) == ["models.starter", "models.starter", "models.ok"]
    assert found(listed, "models.ok").values == {"pairs": ("en-zh", "zh-en")}


def test_a_model_that_was_installed_is_better_than_the_starter(tmp_path: Path) -> None:
    installed = PackageInfo("zh", "en", "1.9", "installed", tmp_path)
    listed = models(PAIRS, lambda *_: True, [installed, *list_packages(tmp_path)])
    starters = [one.values for one in listed if one.code == "models.starter"]
    assert starters == [{"source": "en", "target": "zh"}]


def test_only_directions_that_are_carried_need_a_model() -> None:
    reads = RelayChannel(ChannelId("east", "zh"), "zh", ChannelOptions(mode="read"))
    english = RelayChannel(ChannelId("west", "en"), "en")
    traditional = RelayChannel(ChannelId("west", "tw"), "zh-Hant")
    assert pairs_of([Relay(1, "main", (reads, english))]) == {("en", "zh")}
    assert pairs_of([Relay(1, "main", (reads, traditional))]) == set()
