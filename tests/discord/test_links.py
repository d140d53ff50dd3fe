"""Links to messages as people copy them, read back into what they lead to."""

from __future__ import annotations

import pytest

from bot.adapters.discord import links
from bot.core.model import ChannelId, Copy, MessageId

HERE = ChannelId("discord", "222222222222222222")
ID = "333333333333333333"
THERE = MessageId(ChannelId("discord", "444444444444444444"), ID)


@pytest.mark.parametrize("host", ["discord.com", "ptb.discord.com", "canary.discord.com"])
@pytest.mark.parametrize("form", ["{}", "<{}>", "{}/", "{}?x=1"])
def test_a_link_leads_to_its_message(host: str, form: str) -> None:
    address = f"https://{host}/channels/111111111111111111/{THERE.channel.id}/{ID}"
    assert links.read(form.format(address), HERE) == THERE


def test_a_link_of_ours_leads_back() -> None:
    written = links.written("111111111111111111", Copy(THERE.channel, ID))
    assert links.read(written, HERE) == THERE


def test_a_bare_id_is_one_of_this_channel() -> None:
    assert links.read(ID, HERE) == MessageId(HERE, ID)
    assert links.read(ID, ChannelId("telegram", "-100")) is None


@pytest.mark.parametrize(
    "text", ["", "hello", "12", "https://discord.com/channels/1/2", "https://t.me/c/1/2", f"{ID}x"]
)
def test_anything_else_leads_nowhere(text: str) -> None:
    assert links.read(text, HERE) is None
