"""What the page is told when a request can't be met: a status and one sentence."""

from __future__ import annotations

from typing import TypeVar

from aiohttp import web
from pydantic import BaseModel, ValidationError

from bot.core.errors import Refused
from bot.i18n import N_, Language, pick, translate

Asked = TypeVar("Asked", bound=BaseModel)
BODY_LIMIT = 128 * 1024  # bytes of JSON: 4,000 emoji written as escapes fit


class Refusal(Refused):
    def __init__(self, status: int, message: str, **values: object) -> None:
        super().__init__(message, **values)
        self.status = status


def unknown_room() -> Refusal:
    return Refusal(404, N_("There is no such room."))


def message_is_gone() -> Refusal:
    return Refusal(404, N_("This message isn't there any more."))


def not_yours() -> Refusal:
    return Refusal(403, N_("Only the person who wrote a message can change it."))


def language_of(request: web.Request) -> Language:
    """The page says its language in Accept-Language."""
    return pick(request.headers.get("Accept-Language", "en").split(",")[0].split(";")[0].strip())


def answer(request: web.Request, refusal: Refusal) -> web.Response:
    sentence = translate(refusal.message, language_of(request), **refusal.values)
    return web.json_response({"error": sentence}, status=refusal.status)


def misunderstood() -> Refusal:
    return Refusal(400, N_("The page sent something this server doesn't understand. Reload it."))


async def read(request: web.Request, kind: type[Asked]) -> Asked:
    """The request's JSON as `kind`. Raises `Refusal`."""
    if request.content_type != "application/json":
        raise misunderstood()
    try:
        return kind.model_validate_json(await request.read())
    except web.HTTPRequestEntityTooLarge as error:
        raise Refusal(413, N_("That is more than one message can hold.")) from error
    except ValidationError as error:
        raise misunderstood() from error
