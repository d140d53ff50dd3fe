"""What the cat tax office says. Its receipts are read by both sides alike and say it twice."""

from __future__ import annotations

from collections.abc import Sequence

from bot.community.stamp import numbered
from bot.core.richtext import RichText, Style
from bot.i18n import N_, Language, pick, translate
from bot.i18n import listed as one_after_another

PAID = "🧾 {number} · 已缴猫税 · CAT TAX PAID"  # as on the stamp: the same for everyone
NO_PET_BUTTON = "No pet / 没有宠物"

WELCOME = N_(
    "Welcome, {names}! House custom: newcomers pay a cat tax, which is a picture of a cat. Dogs, "
    "plants and drawings count as cats here. Whenever you feel like it, reply to this with a "
    "picture. No pet is perfectly fine too."
)
COLLECTING = N_(
    "{names} is collecting the cat tax! Reply to this with a picture of a cat. Dogs, plants and "
    "drawings count as cats here, and no pet is perfectly fine too."
)
AND_MORE = N_("{names} and {count} more")
THANKS = (
    N_("The tax office has received {name}'s payment. Thank you for your cooperation!"),
    N_("{name}'s payment was examined with great care. Nobody wanted to stop examining it."),
    N_("Audit complete: {name} owes nothing, except perhaps more pictures."),
    N_("{name}'s file has been stamped, purred at and closed."),
    N_("Paid in full and in fur. The tax office bows to {name}."),
)
REPEATED = N_(
    "This picture has paid already; its receipt is {number}. The tax office never taxes a cat "
    "twice, though it does enjoy seeing it again."
)
EXEMPT = N_(
    "No pet, no problem: you are exempt, with all our affection. Your exemption is {number} and "
    "counts as paid."
)
SETTLED = N_("You are all settled already ({number}). Pictures are welcome anytime, just for joy.")

EMPTY = N_("The tax office opened that file and found nothing inside. Could you send it again?")
UNREADABLE = N_(
    "The tax office can't read that file as a picture. A JPEG, PNG, GIF or WebP would be lovely."
)
TOO_MANY_PIXELS = N_("That picture is too large for the tax office's desk. A smaller one, please!")
UNFETCHED = N_(
    "The tax office couldn't download that picture. Could you send it again, with 20 MB at most?"
)

WEEK = N_("🐾 This week's cats from the other side: {count} paid their tax.")
NOT_SHOWN = N_("…and {count} more for whom the frame was too small.")
FAVORITES = N_("Favorites, by reactions:")
WEEK_TITLE = "本周猫税 · Cats of the week"
NEWEST_TITLE = "猫税 · Cat tax"


def receipt(number: int, name: str, language: str) -> RichText:
    """`language` is its channel's and comes first. Each number has its own way to say thanks."""
    head = RichText.styled(PAID.format(number=numbered(number)), Style.BOLD)
    thanks = THANKS[number % len(THANKS)]
    return head + "\n" + twice(thanks, language, name=name)


def ask(message: str, names: Sequence[str], language: str) -> RichText:
    """`message` with these names in it, in both languages."""
    lines = [
        translate(message, each, names=listed(names, each)) for each in both_languages(language)
    ]
    return RichText("🐱 " + "\n\n".join(dict.fromkeys(lines)))


def twice(message: str, language: str, **values: object) -> str:
    """In the channel's own language and in the other side's."""
    lines = [translate(message, each, **values) for each in both_languages(language)]
    return "\n".join(dict.fromkeys(lines))


def both_languages(language: str) -> tuple[Language, Language]:
    own = pick(language)
    return own, "zh" if own == "en" else "en"


def listed(names: Sequence[str], language: Language, most: int = 8) -> str:
    shown = one_after_another(names[:most], language)
    if len(names) <= most:
        return shown
    return translate(AND_MORE, language, names=shown, count=len(names) - most)
