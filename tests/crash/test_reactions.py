"""Killed while it shows a reaction, the program ends with what people hold, no more and no less."""

from __future__ import annotations

import signal

import pytest

from tests.crash.river import Banks

pytestmark = [pytest.mark.crash, pytest.mark.asyncio(loop_scope="session")]


def shown(banks: Banks, words: str) -> list[str]:
    """Our account's reactions under the copy on Discord."""
    copies = [m["id"] for m in banks.discord.messages(banks.channel) if m["content"] == words]
    held = banks.discord.reactors(banks.channel, copies[-1]) if copies else {}
    return [emoji for emoji, users in held.items() if banks.discord.state.bot_id in users]


@pytest.mark.parametrize("fault", ["mirroring:1", "mirrored:1"])
@pytest.mark.parametrize("is_kept", [True, False], ids=["kept", "taken back meanwhile"])
async def test_a_kill_while_a_reaction_is_shown_leaves_none_behind(
    banks: Banks, fault: str, *, is_kept: bool
) -> None:
    words = f"look: {fault} {is_kept}"
    banks.telegram.set_status(banks.chat, banks.telegram.bot_id, "administrator")
    async with banks.program(fault) as program:
        said = await banks.telegram.post(banks.chat, banks.mei, words)
        await banks.discord.wait(lambda: words in banks.discord_texts(), timeout=40)
        await banks.telegram.react(banks.chat, banks.mei, said["message_id"], "🔥")
        assert await program.ended(within=40) == -signal.SIGKILL, f"never reached {fault}"
    await banks.telegram.react(banks.chat, banks.mei, said["message_id"], "👏", *["🔥"] * is_kept)
    async with banks.program():
        await banks.discord.wait(lambda: "👏" in shown(banks, words), timeout=40)
    assert sorted(shown(banks, words)) == sorted(["👏", *["🔥"] * is_kept])
