"""/explain, /pinyin and /translate: what a message means, how it is read, what it would be over
there. Nothing is kept."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Annotated

from bot.cog import Choice, Cog, Context, Describe, Host, Reply, command, on_button
from bot.community import explain_cards, explain_subject
from bot.community.corrections import REPORT, argument_of
from bot.community.explain_cards import LANGUAGES
from bot.community.explain_subject import Subject
from bot.core.errors import Refused
from bot.core.language import base
from bot.core.model import Button, Explanation
from bot.core.ports import Explains
from bot.core.richtext import RichText, join
from bot.i18n import N_
from bot.translate.pinyin import has_chinese

LONGEST = 1_000  # characters of what is typed
WHAT = N_("The words, or a link to a message; leave it out in a reply to one")
TO = N_("Into which language; the other side's if you leave it out")
HOW = N_(
    "Use “/{name}” in a reply to a message, or write the words or a link to the message after it."
)
NO_CHINESE = N_("There is no Chinese in that.")
REPORT_LABEL = N_("Report a bad translation")
PINYIN_LABEL = N_("Pinyin")
OTHERS_LABEL = N_("Alternatives")
NO_OTHERS = N_("I know no other way to say it.")
RULE = "———"
Typed = Annotated[str, Describe(WHAT, maximum=LONGEST)]


class Explain(Cog):
    name = "explain"
    describe = N_("What messages mean and how they are read")
    is_optional = True
    title = N_("explanations of messages")
    stores = N_("Nothing: explanations are made anew each time you ask.")

    @command(
        "explain",
        N_("Explain a message: its meaning, slang, pinyin and how sure the translation is"),
        cooldown=2,
        menu=N_("Explain"),
    )
    async def explain(self, ctx: Context, text: Typed = "") -> Reply:
        subjects = await self._meant(ctx, text, "explain")
        cards: list[RichText] = []
        for subject in subjects:
            found = explain_cards.settled(subject, await self._explained(ctx, subject))
            cards.append(await asyncio.to_thread(explain_cards.card, subject, found, ctx.language))
        buttons = self._buttons(ctx, subjects[0]) if len(subjects) == 1 else ()
        return Reply(join(cards, f"\n{RULE}\n"), buttons=buttons)

    @on_button("pinyin")
    async def pinyin_of(self, ctx: Context, argument: str) -> Reply:
        subject = await self._again(ctx, argument)
        return Reply(await asyncio.to_thread(explain_cards.aloud, subject))

    @on_button("others")
    async def others_of(self, ctx: Context, argument: str) -> Reply:
        subject = await self._again(ctx, argument)
        found = await self._explained(ctx, subject)
        lines = explain_cards.others(subject, found.alternatives, ctx.language)
        return Reply(join(lines, "\n") if lines else ctx.t(NO_OTHERS))

    @command("pinyin", N_("How Chinese words are read: pinyin with tone marks"), cooldown=1)
    async def pinyin(self, ctx: Context, text: Typed = "") -> Reply:
        subjects = await self._meant(ctx, text, "pinyin")
        chinese = [subject for subject in subjects if has_chinese(subject.text.text)]
        if not chinese:
            raise Refused(NO_CHINESE)
        lines: list[RichText] = []
        for subject in chinese:
            said = await asyncio.to_thread(explain_cards.aloud, subject)
            lines += [subject.text, said]
        return Reply(join(lines, "\n"))

    @command(
        "translate",
        N_("Translate something into the other side's language, or the one you name"),
        cooldown=2,
    )
    async def translate(
        self,
        ctx: Context,
        to: Annotated[
            str, Describe(TO, choices=tuple(Choice(key, LANGUAGES[key]) for key in LANGUAGES))
        ] = "",
        text: Typed = "",
    ) -> Reply:
        lines: list[RichText] = []
        for subject in await self._meant(ctx, text, "translate", to):
            made = await self.host.translator.translate(
                subject.text,
                target=subject.target,
                prior=subject.source,
                community=self._community(ctx),
            )
            lines.append(explain_cards.translated(made, ctx.language))
        return Reply(join(lines, "\n"))

    async def _meant(
        self, ctx: Context, text: str, name: str, target: str = ""
    ) -> Sequence[Subject]:
        """Raises `Refused`."""
        home = self.host.relays.language(ctx.channel) or ctx.language
        if explain_subject.is_address(text):
            ref = self.host.locate(text, ctx.channel)
            async with self.host.store.reading() as connection:
                return await explain_subject.linked(
                    connection, self.host.relays, ref, ctx.channel, target or home
                )
        if text.strip():
            relay = self.host.relays.of(ctx.channel)
            return [explain_subject.typed(text, home, relay, target)]
        if ctx.reply_to is None:
            raise Refused(HOW, name=name)
        async with self.host.store.reading() as connection:
            found = await explain_subject.replied(
                connection, self.host.relays, ctx.reply_to, target or home
            )
        return found

    async def _again(self, ctx: Context, argument: str) -> Subject:
        async with self.host.store.reading() as connection:
            subject, _ = await explain_subject.again(
                connection, self.host.relays, ctx.channel, argument
            )
        return subject

    async def _explained(self, ctx: Context, subject: Subject) -> Explanation:
        translator = self.host.translator
        community = self._community(ctx)
        if isinstance(translator, Explains):
            return await translator.explain(
                subject.text, target=subject.target, prior=subject.source, community=community
            )
        return Explanation(
            await translator.translate(
                subject.text, target=subject.target, prior=subject.source, community=community
            )
        )

    def _community(self, ctx: Context) -> int | None:
        relay = self.host.relays.of(ctx.channel)
        return relay.id if relay else None

    def _buttons(self, ctx: Context, subject: Subject) -> tuple[Button, ...]:
        if subject.row is None:
            return ()
        argument = argument_of(subject.row, subject.target)
        buttons: list[Button] = []
        if explain_cards.is_long(subject):
            if has_chinese(subject.text.text):
                buttons.append(Button(ctx.t(PINYIN_LABEL), "pinyin", argument))
            buttons.append(Button(ctx.t(OTHERS_LABEL), "others", argument))
        is_shown = subject.shown is not None and subject.shown.source != base(subject.target)
        if is_shown and self._takes_reports(ctx):
            buttons.append(Button(ctx.t(REPORT_LABEL), REPORT, argument))
        return tuple(buttons)

    def _takes_reports(self, ctx: Context) -> bool:
        relay = self.host.relays.of(ctx.channel)
        name = REPORT.partition(".")[0]
        is_loaded = any(cog.name == name for cog in self.host.cogs())
        return is_loaded and relay is not None and self.host.preferences.is_on(relay, name)


async def setup(host: Host) -> None:
    host.add_cog(Explain(host))
