"""Routes about webhooks: made with the bot's token, used with their own."""

from __future__ import annotations

import hashlib
import secrets

from . import followups, messages
from .errors import api_error
from .payloads import public, webhook_json
from .permissions import MANAGE_WEBHOOKS
from .rest import Call, route
from .routes_channels import make_thread
from .routes_messages import shown, unarchive
from .state import FORUM, MEDIA, Channel, Payload, State
from .validation import check_url, check_webhook_name

_MOST = 15


def make_webhook(state: State, channel: Channel, name: str, user_id: str) -> Payload:
    """An incoming webhook; one made by the bot belongs to its application."""
    webhook = {
        "id": state.snowflake(),
        "type": 1,
        "guild_id": channel.guild_id,
        "channel_id": channel.id,
        "user": state.users[user_id],
        "name": name,
        "avatar": None,
        "token": secrets.token_urlsafe(48),
        "application_id": state.bot_id if user_id == state.bot_id else None,
    }
    state.webhooks[webhook["id"]] = webhook
    announce_webhooks(state, webhook)
    return webhook


def announce_webhooks(state: State, webhook: Payload) -> None:
    body = {"guild_id": webhook["guild_id"], "channel_id": webhook["channel_id"]}
    state.emit("WEBHOOKS_UPDATE", body, guild_id=webhook["guild_id"])
    state.touch()


def _visible(state: State, webhook: Payload) -> Payload:
    """A bot sees the token only of its own webhooks."""
    shown = webhook_json(webhook)
    if webhook["application_id"] != state.bot_id:
        shown.pop("token")
    return shown


@route("GET", "/channels/{id}/webhooks")
def channel_webhooks(call: Call, channel_id: str) -> list[Payload]:
    channel = call.state.channel(channel_id)
    call.state.need(channel, MANAGE_WEBHOOKS)
    found = call.state.webhooks.values()
    return [_visible(call.state, one) for one in found if one["channel_id"] == channel.id]


@route("GET", "/guilds/{id}/webhooks")
def guild_webhooks(call: Call, guild_id: str) -> list[Payload]:
    guild = call.state.guild(guild_id)
    found = call.state.webhooks.values()
    return [_visible(call.state, one) for one in found if one["guild_id"] == guild.id]


@route("POST", "/channels/{id}/webhooks")
def create(call: Call, channel_id: str) -> Payload:
    state = call.state
    channel = state.channel(channel_id)
    state.need(channel, MANAGE_WEBHOOKS)
    if channel.is_thread or channel.guild_id is None:
        raise api_error(50024)
    check_webhook_name(call.body.get("name") or "", field="name")
    if sum(one["channel_id"] == channel.id for one in state.webhooks.values()) >= _MOST:
        raise api_error(30007)
    return webhook_json(make_webhook(state, channel, call.body["name"].strip(), state.bot_id))


def _managed(call: Call, webhook_id: str) -> Payload:
    webhook = call.state.webhooks.get(webhook_id)
    if webhook is None:
        raise api_error(10015)
    call.state.need(call.state.channel(webhook["channel_id"]), MANAGE_WEBHOOKS)
    return webhook


def _held(call: Call, webhook_id: str, token: str) -> Payload:
    webhook = call.state.webhooks.get(webhook_id)
    if webhook is None:
        raise api_error(10015)
    if webhook["token"] != token:
        raise api_error(50027)
    return webhook


@route("GET", "/webhooks/{id}")
def get(call: Call, webhook_id: str) -> Payload:
    return _visible(call.state, _managed(call, webhook_id))


@route("GET", "/webhooks/{id}/{token}", auth=False)
def get_with_token(call: Call, webhook_id: str, token: str) -> Payload:
    webhook = webhook_json(_held(call, webhook_id, token))
    return {key: value for key, value in webhook.items() if key != "user"}


@route("PATCH", "/webhooks/{id}")
def change(call: Call, webhook_id: str) -> Payload:
    return _change(call, _managed(call, webhook_id))


@route("PATCH", "/webhooks/{id}/{token}", auth=False)
def change_with_token(call: Call, webhook_id: str, token: str) -> Payload:
    return _change(call, _held(call, webhook_id, token))


def _change(call: Call, webhook: Payload) -> Payload:
    if "name" in call.body:
        check_webhook_name(call.body["name"] or "", field="name")
        webhook["name"] = call.body["name"].strip()
    if call.body.get("channel_id"):
        webhook["channel_id"] = call.state.channel(str(call.body["channel_id"])).id
    announce_webhooks(call.state, webhook)
    return webhook_json(webhook)


@route("DELETE", "/webhooks/{id}")
def delete(call: Call, webhook_id: str) -> None:
    _remove(call.state, _managed(call, webhook_id))


@route("DELETE", "/webhooks/{id}/{token}", auth=False)
def delete_with_token(call: Call, webhook_id: str, token: str) -> None:
    _remove(call.state, _held(call, webhook_id, token))


def _remove(state: State, webhook: Payload) -> None:
    del state.webhooks[webhook["id"]]
    announce_webhooks(state, webhook)


@route("POST", "/webhooks/{id}/{token}", bucket="webhook", auth=False)
def execute(call: Call, webhook_id: str, token: str) -> Payload | None:
    state, body = call.state, call.body
    if webhook_id == state.bot_id:
        return followups.create(call, token)
    webhook = _held(call, webhook_id, token)
    name, avatar_url = body.get("username"), body.get("avatar_url")
    if name is not None:
        check_webhook_name(name, field="username")
    if avatar_url:
        check_url(avatar_url, field="avatar_url")
    channel = _target(call, webhook)
    unarchive(state, channel)
    author = webhook_author(webhook, name, avatar_url)
    extra = {
        "webhook_id": webhook["id"],
        "application_id": webhook["application_id"],
        "_avatar_url": avatar_url,
    }
    body = _allowed(webhook, body)
    message = messages.create(state, channel, author, body, call.files, extra=extra)
    return public(state, message) if call.flag("wait") else None


def _allowed(webhook: Payload, body: Payload) -> Payload:
    """Only an application's own webhook may show something to press; else it is left out."""
    if webhook["application_id"] is not None:
        return body
    return {key: value for key, value in body.items() if key != "components"}


def webhook_author(webhook: Payload, name: str | None, avatar_url: str | None) -> Payload:
    """The author of a webhook's message; a foreign avatar becomes a hash of its address."""
    avatar = webhook["avatar"]
    if avatar_url:
        avatar = hashlib.md5(avatar_url.encode(), usedforsecurity=False).hexdigest()
    return {
        "id": webhook["id"],
        "username": name.strip() if name else webhook["name"],
        "global_name": None,
        "discriminator": "0000",
        "avatar": avatar,
        "public_flags": 0,
        "bot": True,
    }


def _target(call: Call, webhook: Payload) -> Channel:
    """The channel or thread to post to; a forum needs a thread, new or named."""
    state = call.state
    channel = state.channels[webhook["channel_id"]]
    thread_id, thread_name = call.query.get("thread_id"), call.body.get("thread_name")
    if channel.type not in (FORUM, MEDIA):
        if thread_name:
            raise api_error(220003)
        return _thread(state, channel, thread_id) if thread_id else channel
    if thread_id and thread_name:
        raise api_error(220002)
    if thread_id:
        return _thread(state, channel, thread_id)
    if not thread_name:
        raise api_error(220001)
    return make_thread(state, channel, thread_name, webhook["id"])


def _thread(state: State, channel: Channel, thread_id: str) -> Channel:
    thread = state.channels.get(thread_id)
    if thread is None or channel.id not in (thread.parent_id, thread.id):
        raise api_error(10003)
    return thread


def _message(call: Call, webhook: Payload, message_id: str) -> tuple[Channel, Payload]:
    """The webhook's own message; one in a thread is found only with its thread_id."""
    channel = call.state.channels[webhook["channel_id"]]
    if "thread_id" in call.query:
        channel = _thread(call.state, channel, call.query["thread_id"])
    message = call.state.message(channel, message_id)
    if message.get("webhook_id") != webhook["id"]:
        raise api_error(10008)
    return channel, message


@route("GET", "/webhooks/{id}/{token}/messages/{message}", auth=False)
def get_message(call: Call, webhook_id: str, token: str, message_id: str) -> Payload:
    if webhook_id == call.state.bot_id:
        return followups.get(call, token, message_id)
    _, message = _message(call, _held(call, webhook_id, token), message_id)
    return shown(call.state, message)


@route("PATCH", "/webhooks/{id}/{token}/messages/{message}", bucket="webhook-edit", auth=False)
def edit_message(call: Call, webhook_id: str, token: str, message_id: str) -> Payload:
    if webhook_id == call.state.bot_id:
        return followups.edit(call, token, message_id)
    webhook = _held(call, webhook_id, token)
    channel, message = _message(call, webhook, message_id)
    if channel.archived:
        raise api_error(50083)
    messages.edit(call.state, channel, message, _allowed(webhook, call.body), call.files)
    return public(call.state, message)


@route("DELETE", "/webhooks/{id}/{token}/messages/{message}", bucket="webhook-delete", auth=False)
def delete_message(call: Call, webhook_id: str, token: str, message_id: str) -> None:
    if webhook_id == call.state.bot_id:
        return followups.delete(call, token, message_id)
    channel, message = _message(call, _held(call, webhook_id, token), message_id)
    if channel.archived:
        raise api_error(50083)
    messages.delete(call.state, channel, message["id"])
    return None
