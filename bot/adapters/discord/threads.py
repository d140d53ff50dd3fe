"""Threads under our messages: opened once, and woken where they sleep."""

from __future__ import annotations

from bot.adapters.discord.rest import Rest, ThreadExists

TITLE_LIMIT = 100
UNTIL_IT_SLEEPS = 10080  # minutes without a word: a week, the longest Discord takes


async def open_thread(rest: Rest, channel: str, message: str, title: str) -> str:
    """The id of the thread under this message. Raises `DeliveryError`.

    A thread has the id of the message it hangs under ("Start Thread from Message" in Discord's
    documentation), so one that is there already needs no looking for.
    """
    body = {
        "name": " ".join(title.split())[:TITLE_LIMIT].rstrip(),
        "auto_archive_duration": UNTIL_IT_SLEEPS,
    }
    try:
        opened = await rest.call(
            "POST", f"/channels/{channel}/messages/{message}/threads", body=body
        )
    except ThreadExists:
        return message
    return opened["id"]


async def wake(rest: Rest, thread: str) -> None:
    """Open an archived thread again. Sending does that by itself; edits and deletions are refused.

    Where it is not locked, whoever may write there may do it ("Modify Channel"). Raises
    `DeliveryError`.
    """
    await rest.call("PATCH", f"/channels/{thread}", body={"archived": False})
