"""What is said in the place of a file that does not cross."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from bot.core.model import Attachment, ChannelOptions, Part
from bot.core.ports import Capabilities
from bot.core.richtext import RichText, Style, join
from bot.i18n import N_, Language, translate
from bot.kinds import KINDS

LEFT_BEHIND = N_("[not carried over here: {kinds}]")
NOT_BROUGHT = N_("The file “{name}” could not be brought over: {reason}.")
REFUSED = N_("this channel refuses it")


def not_brought(name: str, reason: str, reader: Language) -> str:
    """`reason` is a catalogue entry."""
    return translate(NOT_BROUGHT, reader, name=name, reason=translate(reason, reader))


def left_behind(
    attachments: Iterable[Attachment], options: ChannelOptions, reader: Language
) -> list[str]:
    """The line that names what this channel does not take."""
    kinds = [one.kind for one in attachments if not options.carries(one.kind)]
    if not kinds:
        return []
    names = tuple(translate(KINDS[kind], reader) for kind in dict.fromkeys(kinds))
    return [translate(LEFT_BEHIND, reader, kinds=names)]


def without_files(part: Part, can: Capabilities, reader: Language) -> Part | None:
    """The same with a line in the place of each file; None where that is too long."""
    notes = [not_brought(file.name, REFUSED, reader) for file in part.files]
    lines = [RichText.styled(note, Style.SMALL) for note in notes]
    text = join([part.text, *lines] if part.text else lines, "\n")
    return replace(part, text=text, files=()) if can.measure(text) <= can.text_limit else None
