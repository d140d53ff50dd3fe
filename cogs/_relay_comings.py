"""Lines that tell who has joined or left on the other side: several at once, each change once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from bot.cog import Host
from bot.core.comings import Comings, told
from bot.core.model import Cursor, Joined, Left, PersonId
from bot.core.richtext import RichText
from bot.i18n import N_, Language, listed, pick, translate
from bot.services import Post
from bot.store import cursors, happenings, private

EVERY = timedelta(seconds=20)
OLDEST = timedelta(days=1)  # what is older is no news
MOST_NAMES = 5  # in one line; the others are counted
LONGEST = 40  # characters of a name
KEY = "relays.comings:"

ONE_JOINED = N_("👋 {name} has joined on the other side.")
SOME_JOINED = N_("👋 {names} have joined on the other side.")
MANY_JOINED = N_("👋 {names} and {count} more have joined on the other side.")
ONE_LEFT = N_("{name} has left the other side.")
SOME_LEFT = N_("{names} have left the other side.")
MANY_LEFT = N_("{names} and {count} more have left the other side.")


async def tell(host: Host, cog: str) -> None:
    """Order the lines for all that happened since the last look, and note how far that was."""
    async with host.store.reading() as connection:
        noted = (await cursors.load(connection)).get((happenings.HEARD, cog))
        is_new = noted is not None and int(noted) < await happenings.last_row(connection)
    if noted is None or not is_new:
        return
    since = host.clock.now() - OLDEST
    async with host.store.transaction() as connection:
        newest = await happenings.last_row(connection)
        found = await happenings.after(
            connection, int(noted), kinds=("joined", "left"), since=since
        )
        what = [one for _, _, one in found if isinstance(one, Joined | Left)]
        people: set[PersonId] = {one.person.person for one in what}
        silent = (await private.pauses(connection, people)).now
        for relay in host.relays.all():
            for channel, comings in told(relay, what, private=silent).items():
                language = pick(host.relays.language(channel))
                post = Post(lines(comings, language))
                await host.posts.say(connection, channel, post, key=f"{KEY}{newest}")
        await cursors.save(connection, [Cursor(happenings.HEARD, cog, str(newest))])


def lines(comings: Comings, language: Language) -> RichText:
    said = [
        _line(names, language, *words)
        for names, words in (
            (comings.joined, (ONE_JOINED, SOME_JOINED, MANY_JOINED)),
            (comings.left, (ONE_LEFT, SOME_LEFT, MANY_LEFT)),
        )
        if names
    ]
    return RichText("\n".join(said))


def _line(names: Sequence[str], language: Language, one: str, some: str, many: str) -> str:
    short = [name if len(name) <= LONGEST else name[: LONGEST - 1] + "…" for name in names]
    if len(short) == 1:
        return translate(one, language, name=short[0])
    shown = listed(short[:MOST_NAMES], language)
    more = len(short) - MOST_NAMES
    if more > 0:
        return translate(many, language, names=shown, count=more)
    return translate(some, language, names=shown)
