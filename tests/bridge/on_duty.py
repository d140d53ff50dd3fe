"""Everybody who may or may not moderate, on each platform: how they ask, and how they press.

Each asks in a way of their own; what they were told comes back as text.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import aiohttp

from tests.bridge.on_discord import DiscordPlace
from tests.bridge.on_sandbox import SandboxPlace
from tests.bridge.on_telegram import TelegramPlace
from tests.bridge.place import until

ALL = (1 << 53) - 1
ADMINISTRATOR, MANAGE_CHANNELS, VIEW = 1 << 3, 1 << 4, 1 << 10
TEXT, INTEGER, FLAG, PERSON, FILE = 3, 4, 5, 6, 11

Asking = Callable[[str], Awaitable[str]]


@dataclass(frozen=True, slots=True)
class Somebody:
    """`ask` takes a command's name, `press` a button's "cog.action"."""

    may_moderate: bool
    ask: Asking
    press: Asking


def on_discord(here: DiscordPlace) -> Mapping[str, Somebody]:
    emulator = here.emulator
    thread = emulator.add_thread(here.channel, "Cats at night")
    alone = emulator.dm(here.person("Stranger"))
    return {
        "a stranger in private": _on_discord(here, alone, "Stranger", None),
        "a member": _on_discord(here, here.channel, "Member", VIEW),
        "a moderator without the right": _on_discord(
            here, here.channel, "Janitor", ALL & ~(ADMINISTRATOR | MANAGE_CHANNELS)
        ),
        "a mod": _on_discord(here, here.channel, "Mod", VIEW | MANAGE_CHANNELS),
        "an administrator": _on_discord(here, here.channel, "Admin", ADMINISTRATOR),
        "the owner": _on_discord(here, here.channel, "Owner", ALL),
        "a member in a thread": _on_discord(here, thread, "Member", VIEW),
        "a mod in a thread": _on_discord(here, thread, "Mod", VIEW | MANAGE_CHANNELS),
    }


def _on_discord(here: DiscordPlace, channel: str, name: str, rights: int | None) -> Somebody:
    emulator, person = here.emulator, here.person(name)

    async def ask(command: str) -> str:
        path = command.split()
        fields = _fields(emulator.commands(), path, person)
        asked = await emulator.interact(channel, person, path, fields, permissions=rights)
        return (await asked.response())["content"]

    async def press(action: str) -> str:
        keys = await emulator.interact(channel, person, ["keys"], {"action": action})
        shown = await keys.response()
        custom_id = shown["components"][0]["components"][0]["custom_id"]
        pressed = await emulator.click(channel, person, shown, custom_id, permissions=rights)
        return (await pressed.response())["content"]

    return Somebody(bool(rights and rights & (ADMINISTRATOR | MANAGE_CHANNELS)), ask, press)


def _fields(commands: Sequence[dict[str, Any]], path: Sequence[str], person: str) -> dict[str, Any]:
    """The least that Discord's client lets one send off."""
    options: Sequence[dict[str, Any]] = commands
    for word in path:
        options = next(one for one in options if one["name"] == word).get("options") or []
    return {one["name"]: _filled(one, person) for one in options if one.get("required")}


def _filled(option: dict[str, Any], person: str) -> Any:
    if option.get("choices"):
        return option["choices"][-1]["value"]
    return {
        TEXT: "x" * max(2, option.get("min_length", 0)),
        INTEGER: option.get("min_value", 1),
        FLAG: True,
        PERSON: person,
        FILE: ("cat.png", b"no picture", "image/png"),
    }[option["type"]]


def on_telegram(here: TelegramPlace) -> Mapping[str, Somebody]:
    emulator, group = here.emulator, here.chat
    standing = {
        "a member": "member",
        "a restricted member": "restricted",
        "somebody who has left": "left",
        "an administrator": "administrator",
        "the owner": "creator",
    }
    found = {
        name: _on_telegram(
            here, group, here.person(name), status in ("administrator", "creator"), status=status
        )
        for name, status in standing.items()
    }
    stranger = here.person("Stranger")
    emulator.add_chat("", "private", user=stranger)
    linked, foreign = (emulator.add_chat(title, "channel") for title in ("News", "Noise"))
    emulator.link(group, linked)
    forwarded = {"sender_chat": linked, "extra": {"is_automatic_forward": True}}
    anyone = here.person("Somebody")
    return found | {
        "a stranger in private": _on_telegram(here, stranger, stranger, False),
        "an anonymous admin": _on_telegram(here, group, anyone, True, sender_chat=group),
        "the linked channel": _on_telegram(here, group, anyone, True, sender_chat=linked),
        "a post of the linked channel": _on_telegram(here, group, anyone, True, **forwarded),
        "a foreign channel": _on_telegram(here, group, anyone, False, sender_chat=foreign),
    }


def _on_telegram(
    here: TelegramPlace,
    chat: int,
    person: int,
    may_moderate: bool,
    *,
    status: str | None = None,
    **speaking: Any,
) -> Somebody:
    """Who speaks as a chat presses buttons as themselves: their own standing counts there."""
    emulator = here.emulator

    def stand() -> None:
        presser = status or ("administrator" if may_moderate else "member")
        if chat == here.chat:
            emulator.set_status(chat, person, presser)

    async def answer(id: int, after: int = 0) -> str:
        async def told() -> list[str]:
            return [
                one.get("text") or one.get("caption") or "a file"
                for one in emulator.sent(chat)
                if one.get("reply_to_message", {}).get("message_id") == id
                and one["message_id"] > after
            ]

        return (await until(told))[0]

    async def ask(command: str) -> str:
        word, *rest = command.split()
        text = " ".join([f"/{word.replace('-', '_')}", *rest, "xx"])
        if not speaking:
            stand()
        asked = await emulator.post(chat, person, text, **speaking)
        return await answer(asked["message_id"])

    async def press(action: str) -> str:
        stand()
        post = (await emulator.post(chat, person, "a message with a button"))["message_id"]
        query = await emulator.callback(chat, person, post, f"cb:{action}:x")

        async def note() -> list[dict[str, Any]]:
            every = emulator.callback_answers
            return [one for one in every if one["callback_query_id"] == query["id"]]

        return (await until(note))[0].get("text") or await answer(post)

    return Somebody(may_moderate, ask, press)


def on_sandbox(here: SandboxPlace) -> Mapping[str, Somebody]:
    return {
        "a stranger's page": _stranger(here),
        "a member": _on_sandbox(here, is_mod=False),
        "the owner": _on_sandbox(here, is_mod=True),
    }


def _on_sandbox(here: SandboxPlace, *, is_mod: bool) -> Somebody:
    async def ask(command: str) -> str:
        return (await here.ask(f"{command} xx", is_mod=is_mod)).text

    async def press(action: str) -> str:
        body = {
            "room": here.channel,
            "persona": here._persona("Somebody"),
            "action": action,
            "argument": "x",
            "is_mod": is_mod,
        }
        answer = await here._call("POST", "/api/press", json=body)
        return answer["text"]["text"] if answer else ""

    return Somebody(is_mod, ask, press)


def _stranger(here: SandboxPlace) -> Somebody:
    """A web site that is open in the same browser: it says that it is a mod."""

    async def ask(command: str, path: str = "/api/commands", **more: str) -> str:
        asked = {"room": here.channel, "persona": here._persona("Stranger"), "is_mod": True}
        body = asked | {"text": f"/{command}"} | more
        headers = {"Origin": "https://elsewhere.example"}
        async with (
            aiohttp.ClientSession() as http,
            http.post(here._address + path, json=body, headers=headers) as answer,
        ):
            return "refused by the guard" if answer.status == 403 else await answer.text()

    async def press(action: str) -> str:
        return await ask("", "/api/press", action=action)

    return Somebody(False, ask, press)


async def all_of(asking: Asking, names: Sequence[str]) -> dict[str, str]:
    """What each of them was answered. A few at a time: people are no flood."""
    gate = asyncio.Semaphore(3)

    async def one(name: str) -> str:
        async with gate:
            return await asking(name)

    return dict(zip(names, await asyncio.gather(*map(one, names)), strict=True))
