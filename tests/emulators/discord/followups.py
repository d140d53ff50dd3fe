"""What the bot answers to an interaction: the callback, and messages under its token."""

from __future__ import annotations

import time
from typing import Any

from . import messages
from .errors import api_error, invalid_form, leaf
from .interactions import COMMAND, Interaction
from .messages import EPHEMERAL, LOADING
from .payloads import public
from .rest import Call, route
from .state import Payload

MESSAGE, DEFERRED, DEFERRED_UPDATE, UPDATE, CHOICES, MODAL = 4, 5, 6, 7, 8, 9
_DEADLINE = 3.0
_TOKEN_LIFE = 15 * 60


def _of(call: Call, token: str) -> Interaction:
    """The interaction of this token; before the callback its webhook does not exist yet."""
    found = call.state.interactions.get(token)
    if found is None or found.callback is None:
        raise api_error(10015)
    if time.monotonic() - found.started > _TOKEN_LIFE:
        raise api_error(50027)
    return found


@route("POST", "/interactions/{id}/{token}/callback", auth=False)
def callback(call: Call, interaction_id: str, token: str) -> Payload | None:
    found: Interaction | None = call.state.interactions.get(token)
    if found is None or found.id != interaction_id:
        raise api_error(10062)
    if found.callback is not None:
        raise api_error(40060)
    if time.monotonic() - found.started > _DEADLINE:
        raise api_error(10062)
    kind, details = call.body.get("type"), call.body.get("data") or {}
    if kind not in range(1, 13):
        raise invalid_form({"type": leaf("BASE_TYPE_CHOICES", "Value must be one of {1..12}.")})
    resource = _act(call, found, kind, details)
    found.callback = kind
    if not call.flag("with_response"):
        return None
    return _result(call, found, kind, resource)


def _act(call: Call, found: Interaction, kind: int, details: Payload) -> Payload | None:
    match kind:
        case 4:
            found.original = _say(call, found, details, "message")
            return found.original
        case 5:
            flags = int(details.get("flags") or 0) | LOADING
            found.original = _say(call, found, {"flags": flags}, "deferred")
        case 6:
            found.record("deferred_update")
        case 7:
            _update(call, found, found.original, details, "update")
            return found.original
        case 8:
            found.record("choices", choices=_checked_choices(details))
        case 9:
            found.record("modal", modal=details)
    return None


def _checked_choices(details: Payload) -> list[Payload]:
    choices = details.get("choices") or []
    if len(choices) > 25:
        message = "Must be 25 or fewer in length."
        raise invalid_form({"data": {"choices": leaf("BASE_TYPE_MAX_LENGTH", message)}})
    return choices


def _result(call: Call, found: Interaction, kind: int, resource: Payload | None) -> Payload:
    about: dict[str, Any] = {"id": found.id, "type": found.type, "channel_id": found.channel.id}
    if found.channel.guild_id is not None:
        about["guild_id"] = found.channel.guild_id
    if found.original is not None:
        about["response_message_id"] = found.original["id"]
        about["response_message_loading"] = bool(found.original["flags"] & LOADING)
        about["response_message_ephemeral"] = bool(found.original["flags"] & EPHEMERAL)
    answer: Payload = {"interaction": about}
    if resource is not None:
        answer["resource"] = {"type": kind, "message": public(call.state, resource)}
    return answer


def _say(call: Call, found: Interaction, body: Payload, kind: str) -> Payload:
    state = call.state
    metadata = {
        "id": found.id,
        "type": found.type,
        "user": state.users[found.user_id],
        "authorizing_integration_owners": {"0": found.channel.guild_id or "0"},
    }
    extra: Payload = {
        "webhook_id": state.bot_id,
        "application_id": state.bot_id,
        "interaction_metadata": metadata,
    }
    if found.type == COMMAND and kind in ("message", "deferred"):
        extra |= {"type": 20}
    message = messages.create(
        state,
        found.channel,
        state.users[state.bot_id],
        body,
        call.files,
        extra=extra,
        hidden=bool(int(body.get("flags") or 0) & EPHEMERAL),
    )
    found.messages[message["id"]] = message
    found.record(kind, message=message, files=call.files)
    return message


def _update(
    call: Call, found: Interaction, message: Payload | None, body: Payload, kind: str
) -> None:
    if message is None:
        raise api_error(10008)
    hidden = bool(message["flags"] & EPHEMERAL)
    messages.edit(call.state, found.channel, message, body, call.files, hidden=hidden)
    found.record(kind, message=message, files=call.files)


def _find(found: Interaction, message_id: str) -> Payload:
    message = found.original if message_id == "@original" else found.messages.get(message_id)
    if message is None:
        raise api_error(10008)
    return message


def create(call: Call, token: str) -> Payload:
    """A followup; the first one after a deferral fills the message that was promised."""
    found = _of(call, token)
    waiting = found.original
    if waiting is not None and waiting["flags"] & LOADING and waiting["id"] in found.messages:
        _update(call, found, waiting, call.body, "followup")
        return public(call.state, waiting)
    return public(call.state, _say(call, found, call.body, "followup"))


def get(call: Call, token: str, message_id: str) -> Payload:
    return public(call.state, _find(_of(call, token), message_id))


def edit(call: Call, token: str, message_id: str) -> Payload:
    found = _of(call, token)
    message = _find(found, message_id)
    _update(call, found, message, call.body, "edit")
    return public(call.state, message)


def delete(call: Call, token: str, message_id: str) -> None:
    found = _of(call, token)
    message = _find(found, message_id)
    found.messages.pop(message["id"], None)
    if message is found.original:
        found.original = None
    messages.delete(call.state, found.channel, message["id"])
    found.record("delete", message=message)
