"""What the page may send, checked: everything else is refused before it is read."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from bot.adapters.sandbox.files import FILES_PER_MESSAGE, kind_of
from bot.adapters.sandbox.inbound import PLATFORM
from bot.adapters.sandbox.outbound import TEXT_LIMIT
from bot.adapters.sandbox.refusals import Refusal
from bot.adapters.sandbox.rooms import Persona
from bot.adapters.sandbox.wire import REACTIONS
from bot.core.model import Attachment, Author, PersonId
from bot.core.pairing import MOST_NAME
from bot.core.relay import is_blank
from bot.core.richtext import RichText
from bot.i18n import N_

LONGEST_ADVANCE = 7 * 24  # hours


def _offered(emoji: str) -> str:
    if emoji not in REACTIONS:
        raise ValueError("not one of the page's")
    return emoji


Word = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
Number = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,15}$")]
Emoji = Annotated[str, AfterValidator(_offered)]
Hash = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class PersonaBody(_Body):
    id: Word
    name: Name
    avatar: Word

    @property
    def person(self) -> PersonId:
        return PersonId(PLATFORM, self.id)

    @property
    def author(self) -> Author:
        return Author(self.person, self.name)

    @property
    def persona(self) -> Persona:
        return Persona(self.person, self.name, self.avatar)


class FileBody(_Body):
    hash: Hash
    name: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    mime: Annotated[str, StringConstraints(pattern=r"^[\w.+-]{1,60}/[\w.+-]{1,60}$")]
    size: int = Field(ge=0)

    @property
    def attachment(self) -> Attachment:
        return Attachment(kind_of(self.mime), self.name, self.hash, self.size, self.mime)


class MessageBody(_Body):
    key: Word
    persona: PersonaBody
    text: str = ""
    reply_to: Number | None = None
    files: tuple[FileBody, ...] = Field(default=(), max_length=FILES_PER_MESSAGE)

    @property
    def rich(self) -> RichText:
        """Raises `Refusal` where there is nothing, or too much, to say."""
        return said(self.text, may_be_empty=bool(self.files))


class RoomBody(_Body):
    key: Word
    name: Annotated[str, StringConstraints(max_length=MOST_NAME)]
    look: Literal["plain", "discord", "telegram"] = "plain"


class ArrivalBody(_Body):
    key: Word
    persona: PersonaBody


class ReactionBody(_Body):
    persona: PersonaBody
    emoji: Emoji
    is_added: bool


class AdvanceBody(_Body):
    hours: int = Field(ge=1, le=LONGEST_ADVANCE)


class EditBody(_Body):
    persona: PersonaBody
    text: str


class DeleteBody(_Body):
    persona: PersonaBody
    is_mod: bool = False


class CommandBody(_Body):
    room: str
    persona: PersonaBody
    text: str
    is_mod: bool = False
    reply_to: Number | None = None
    files: tuple[FileBody, ...] = Field(default=(), max_length=FILES_PER_MESSAGE)


class PressBody(_Body):
    room: str
    persona: PersonaBody
    action: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    argument: Annotated[str, StringConstraints(max_length=64)] = ""
    is_mod: bool = False
    message: Number | None = None


def said(text: str, *, may_be_empty: bool = False) -> RichText:
    """Raises `Refusal` where `text` holds nothing to see, or too much."""
    words = text.strip().replace("\r\n", "\n")
    if is_blank(words) and not may_be_empty:
        raise Refusal(422, N_("Write something first."))
    if len(words) > TEXT_LIMIT:
        raise Refusal(413, N_("A message holds at most {limit} characters."), limit=TEXT_LIMIT)
    return RichText(words)
