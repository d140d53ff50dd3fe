"""Threads under our messages and private ones: opened once, and woken where they sleep."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.adapters.discord.rest import Rest, ThreadExists

TITLE_LIMIT = 100
PRIVATE = 12  # the type of a thread that only its members see
UNTIL_IT_SLEEPS = 10080  # minutes without a word: a week, the longest Discord takes


async def open_thread(rest: Rest, channel: str, message: str, title: str) -> str:
    """The id of the thread under this message. Raises `DeliveryError`.

    A thread has the id of the message it hangs under ("Start Thread from Message" in Discord's
    documentation), so one that is there already needs no looking for.
    """
    body = {"name": _name(title), "auto_archive_duration": UNTIL_IT_SLEEPS}
    try:
        opened = await rest.call(
            "POST", f"/channels/{channel}/messages/{message}/threads", body=body
        )
    except ThreadExists:
        return message
    return opened["id"]


async def open_room(rest: Rest, guild: str, channel: str, title: str, people: Sequence[str]) -> str:
    """The id of our private thread of this title, which a kill may have left without anybody.

    Without a message in the channel: nobody else sees that it is there. Raises `DeliveryError`.
    """
    known = await rest.call("GET", f"/guilds/{guild}/threads/active")
    us = (await rest.me())["bot"]["id"]
    ours = (one for one in known["threads"] if _is_ours(one, us, channel, _name(title)))
    room = next(ours, None) or await rest.call(
        "POST",
        f"/channels/{channel}/threads",
        body={
            "name": _name(title),
            "type": PRIVATE,
            "invitable": False,
            "auto_archive_duration": UNTIL_IT_SLEEPS,
        },
    )
    for person in people:
        await rest.call("PUT", f"/channels/{room['id']}/thread-members/{person}")
    return room["id"]


def _is_ours(thread: Any, us: str, channel: str, name: str) -> bool:
    found = (thread["type"], thread["owner_id"], thread["parent_id"], thread["name"])
    return found == (PRIVATE, us, channel, name)


def _name(title: str) -> str:
    return " ".join(title.split())[:TITLE_LIMIT].rstrip()


async def wake(rest: Rest, thread: str) -> None:
    """Open an archived thread again. Sending does that by itself; edits and deletions are refused.

    Where it is not locked, whoever may write there may do it ("Modify Channel"). Raises
    `DeliveryError`.
    """
    await rest.call("PATCH", f"/channels/{thread}", body={"archived": False})
