"""A cog of the tests: one command of each sort that the page has to render."""

from __future__ import annotations

from typing import Annotated

from bot.cog import (
    Button,
    Choice,
    Cog,
    Command,
    Context,
    Describe,
    Member,
    Reply,
    command,
    on_button,
)
from bot.core.model import Attachment, AttachmentKind, File
from bot.core.richtext import RichText, Style
from bot.dispatch import Dispatcher
from tests.sandbox.relay import Clock


class Parlour(Cog):
    name = "parlour"

    @command("tea", "Pour a cup of tea")
    async def tea(
        self,
        ctx: Context,
        kind: Annotated[
            str,
            Describe(
                "Which tea", choices=(Choice("green", "Green tea"), Choice("black", "Black tea"))
            ),
        ],
    ) -> Reply:
        text = RichText("Here is your ") + RichText.styled(f"{kind} tea", Style.BOLD)
        return Reply(text, buttons=(Button("More", "parlour.more", kind),))

    @command("shout", "Say something to the whole room")
    async def shout(self, ctx: Context, words: Annotated[str, Describe("What to say")]) -> Reply:
        return Reply(words.upper(), is_private=False)

    @command("lock", "Lock the parlour", for_mods=True)
    async def lock(self, ctx: Context) -> Reply:
        return Reply("Locked.")

    @command("sniff", "Sniff at a message", menu="English")
    async def sniff(self, ctx: Context) -> Reply:
        what = ctx.reply_to.id if ctx.reply_to else "nothing"
        return Reply(f"{ctx.person.name} sniffs at {what}.")

    @command("fetch", "Bring a message to everyone", menu="paused", for_mods=True)
    async def fetch(self, ctx: Context) -> Reply:
        return Reply(f"{ctx.person.name} fetches it.", is_private=False)

    @command("frame", "Hang up a picture")
    async def frame(
        self, ctx: Context, picture: Annotated[Attachment, Describe("The picture")]
    ) -> Reply:
        return Reply(f"Framed {picture.name}.")

    @command("wave", "Wave at somebody")
    async def wave(
        self, ctx: Context, who: Annotated[Member | None, Describe("Who")] = None
    ) -> Reply:
        return Reply(f"{who.name} is {who.person.platform}:{who.person.id}" if who else "Nobody")

    @command("bill", "What you have had")
    async def bill(self, ctx: Context) -> Reply:
        bill = File("bill.txt", "text/plain", AttachmentKind.FILE, "一杯绿茶".encode())
        return Reply("Here is your bill.", file=bill, is_secret=True)

    @on_button("sit")
    async def sit(self, ctx: Context, argument: str) -> Reply:
        where = ctx.reply_to.id if ctx.reply_to else "nowhere"
        return Reply(f"{ctx.person.name} sits at {argument}, asked in {where}.")

    @on_button("toast")
    async def toast(self, ctx: Context, argument: str) -> Reply:
        return Reply(f"{ctx.person.name} drinks to {argument}.", is_private=False)

    @on_button("nod")
    async def nod(self, ctx: Context, argument: str) -> None:
        return None

    @on_button("more")
    async def more(self, ctx: Context, argument: str) -> Reply:
        return Reply(f"More {argument} tea.")


class Host:
    clock = Clock()
    relays = None

    def __init__(self, dispatcher: Dispatcher) -> None:
        self.dispatcher = dispatcher

    def add_cog(self, cog: Cog) -> None:
        self.dispatcher.add(cog)

    def commands(self) -> list[Command]:
        return list(self.dispatcher.commands)


def dispatcher() -> Dispatcher:
    made = Dispatcher(lambda _: "en")
    host = Host(made)
    made.attach(host)
    made.add(Parlour(host))
    return made
