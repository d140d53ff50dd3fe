"""Links to messages as people copy them, read back into what they lead to."""

from __future__ import annotations

import pytest

from bot.adapters.telegram.address import link, located
from bot.core.model import ChannelId, MessageId

HERE = ChannelId("telegram", "-100555")
NAMES = {"catlovers": -100777}


@pytest.mark.parametrize(
    ("text", "channel", "id"),
    [
        ("https://t.me/c/123/9", "-100123", "9"),
        ("t.me/c/123/9?single", "-100123", "9"),
        ("https://t.me/c/123/42/9", "-100123/42", "9"),
        ("https://t.me/c/123/9?single&thread=42", "-100123/42", "9"),
        ("https://t.me/c/123/1/9", "-100123", "9"),
        ("https://t.me/CatLovers/9", "-100777", "9"),
        ("https://telegram.me/catlovers/42/9", "-100777/42", "9"),
        ("9", "-100555", "9"),
    ],
)
def test_a_link_leads_to_its_message(text: str, channel: str, id: str) -> None:
    assert located(text, HERE, NAMES) == MessageId(ChannelId("telegram", channel), id)


@pytest.mark.parametrize("text", ["t.me/c/777/9?thread=42", "t.me/CatLovers/42/9?single"])
def test_a_thread_in_a_group_without_topics_is_the_group_itself(text: str) -> None:
    found = located(text, HERE, NAMES, plain={-100777})
    assert found == MessageId(ChannelId("telegram", "-100777"), "9")


@pytest.mark.parametrize(
    ("channel", "name"),
    [
        ("-100123", None),
        ("-100123/42", None),
        ("-100777", "CatLovers"),
        ("-100777/42", "CatLovers"),
    ],
)
def test_a_link_of_ours_leads_back(channel: str, name: str | None) -> None:
    there = ChannelId("telegram", channel)
    written = link(there, "9", name)
    assert located(written or "", HERE, NAMES) == MessageId(there, "9")


@pytest.mark.parametrize(
    "text",
    ["", "hello", "https://t.me/strangers/9", "https://t.me/catlovers", "https://x.me/c/1/2"],
)
def test_anything_else_leads_nowhere(text: str) -> None:
    assert located(text, HERE, NAMES) is None


def test_a_bare_id_means_nothing_elsewhere() -> None:
    assert located("9", ChannelId("discord", "1"), NAMES) is None
