"""The gateway: sessions with sequence numbers and a backlog, and the sockets that carry them."""

from __future__ import annotations

import asyncio
import secrets
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson
from aiohttp import WSMsgType, web

from .payloads import application_json, guild_create, reads_content, without_content
from .sockets import Connection
from .state import Payload, State

INTENTS = {
    "guilds": 1 << 0,
    "members": 1 << 1,
    "webhooks": 1 << 5,
    "presences": 1 << 8,
    "messages": 1 << 9,
    "reactions": 1 << 10,
    "direct_messages": 1 << 12,
    "message_content": 1 << 15,
}
_GUILD_EVENTS = {
    "GUILD_MEMBER_ADD": "members",
    "GUILD_MEMBER_REMOVE": "members",
    "GUILD_MEMBER_UPDATE": "members",
    "WEBHOOKS_UPDATE": "webhooks",
    "MESSAGE_REACTION_ADD": "reactions",
    "MESSAGE_REACTION_REMOVE": "reactions",
    "MESSAGE_REACTION_REMOVE_ALL": "reactions",
    "MESSAGE_REACTION_REMOVE_EMOJI": "reactions",
}
_ALWAYS = {"INTERACTION_CREATE", "READY", "RESUMED", "GUILD_MEMBERS_CHUNK"}


def _intent(event: str, body: Payload) -> int:
    if event in _ALWAYS:
        return 0
    if event in _GUILD_EVENTS:
        return INTENTS[_GUILD_EVENTS[event]]
    if event.startswith("MESSAGE_"):
        return INTENTS["messages" if "guild_id" in body else "direct_messages"]
    return INTENTS["guilds"]


@dataclass(slots=True)
class Session:
    id: str
    intents: int
    shard: tuple[int, int]
    sequence: int = 0
    backlog: deque[tuple[int, bytes]] = field(default_factory=lambda: deque(maxlen=10_000))
    connection: Connection | None = None
    resumable: bool = True

    def wants(self, event: str, body: Payload) -> bool:
        needed = _intent(event, body)
        if needed and not self.intents & needed:
            return False
        index, count = self.shard
        place = int(body.get("guild_id") or (body["id"] if event.startswith("GUILD_") else 0))
        return (place >> 22) % count == index

    def send(self, event: str, encoded: bytes) -> None:
        self.sequence += 1
        frame = b'{"op":0,"t":"%s","s":%d,"d":%s}' % (event.encode(), self.sequence, encoded)
        self.backlog.append((self.sequence, frame))
        if self.connection is not None:
            self.connection.push(frame)


class Gateway:
    def __init__(self, state: State, token: str) -> None:
        self.state = state
        self.token = token
        self.url = ""
        self.deaf = False
        self.disallowed = 0
        self.sessions: dict[str, Session] = {}
        self.connections: set[Connection] = set()
        self._held: list[tuple[str, Payload]] | None = None

    def dispatch(self, event: str, body: Payload) -> None:
        """Sends an event to every session that wants it; while deaf it is lost for good."""
        if self.deaf:
            return
        if self._held is not None:
            self._held.append((event, body))
            return
        full: bytes | None = None
        for session in self.sessions.values():
            if not session.wants(event, body):
                continue
            fitted = self._fitted(session, event, body)
            if fitted is body:
                full = full or orjson.dumps(body)
            session.send(event, full if fitted is body and full else orjson.dumps(fitted))

    def _fitted(self, session: Session, event: str, body: Payload) -> Payload:
        """The body as this session's intents allow it."""
        intents = session.intents
        if event in ("MESSAGE_CREATE", "MESSAGE_UPDATE"):
            if intents & INTENTS["message_content"] or reads_content(self.state, body):
                return body
            return without_content(body)
        if event == "GUILD_CREATE" and (body["large"] or not intents & INTENTS["presences"]):
            only_bot = [one for one in body["members"] if one["user"]["id"] == self.state.bot_id]
            return body | {"members": only_bot}
        return body

    @contextmanager
    def holding(self) -> Iterator[list[tuple[str, Payload]]]:
        """Collects what is dispatched meanwhile, so that the caller chooses when it goes out."""
        held: list[tuple[str, Payload]] = []
        self._held = held
        try:
            yield held
        finally:
            self._held = None

    async def settle(self) -> None:
        for connection in self.connections:
            await connection.settle()

    async def drop(self, code: int) -> None:
        await asyncio.gather(*(one.close(code) for one in list(self.connections)))

    def invalidate(self) -> None:
        for session in list(self.sessions.values()):
            session.resumable = False
            if session.connection is None:
                del self.sessions[session.id]

    def push_all(self, payload: Payload) -> None:
        for connection in self.connections:
            connection.push(orjson.dumps(payload))

    async def serve(self, request: web.BaseRequest) -> web.StreamResponse:
        """One websocket from HELLO to close."""
        compression = request.query.get("compress")
        if self.deaf or compression not in (None, "zlib-stream", "zstd-stream"):
            return web.Response(status=503 if self.deaf else 400)
        socket = web.WebSocketResponse(max_msg_size=0, compress=False, timeout=1.0)
        await socket.prepare(request)
        connection = Connection(socket, compression)
        self.connections.add(connection)
        writer = asyncio.create_task(connection.write())
        try:
            connection.push(orjson.dumps({"op": 10, "d": {"heartbeat_interval": 41250}}))
            await self._listen(connection)
        finally:
            writer.cancel()
            self.connections.discard(connection)
            self._leave(connection)
        return socket

    async def _listen(self, connection: Connection) -> None:
        async for message in connection.socket:
            if message.type is not WSMsgType.TEXT:
                await connection.close(4002, "Error while decoding payload.")
                return
            try:
                payload = orjson.loads(message.data)
            except orjson.JSONDecodeError:
                await connection.close(4002, "Error while decoding payload.")
                return
            await self._receive(connection, payload)

    def _leave(self, connection: Connection) -> None:
        """A client that closes with 1000 or 1001 ends its session; any other way it may resume."""
        ended = not connection.closed_by_us and connection.socket.close_code in (1000, 1001)
        for session in list(self.sessions.values()):
            if session.connection is connection:
                session.connection = None
                if ended or not session.resumable:
                    del self.sessions[session.id]
        self.state.touch()

    async def _receive(self, connection: Connection, payload: Payload) -> None:
        body: Any = payload.get("d")
        match payload.get("op"):
            case 1:
                connection.push(b'{"op":11}')
            case 2:
                await self._identify(connection, body)
            case 6:
                await self._resume(connection, body)
            case 3 | 4:
                return
            case 8:
                await self._request_members(connection, body)
            case _:
                await connection.close(4001, "Unknown opcode.")

    def _session_of(self, connection: Connection) -> Session | None:
        return next((one for one in self.sessions.values() if one.connection is connection), None)

    async def _identify(self, connection: Connection, body: Payload) -> None:
        if self._session_of(connection) is not None:
            return await connection.close(4005, "Already authenticated.")
        if body["token"] != self.token:
            return await connection.close(4004, "Authentication failed.")
        if body["intents"] & self.disallowed:
            return await connection.close(4014, "Disallowed intent(s).")
        index, count = body.get("shard") or (0, 1)
        if not 0 <= index < count:
            return await connection.close(4010, "Invalid shard.")
        session = Session(secrets.token_hex(16), body["intents"], (index, count))
        session.connection = connection
        self.sessions[session.id] = session
        self._greet(session)
        self.state.touch()
        return None

    def _greet(self, session: Session) -> None:
        index, count = session.shard
        guilds = [
            guild
            for guild in self.state.guilds.values()
            if guild.bot_inside and (int(guild.id) >> 22) % count == index
        ]
        application = application_json(self.state)
        ready = {
            "v": 10,
            "user": self.state.users[self.state.bot_id] | {"verified": True, "mfa_enabled": True},
            "guilds": [{"id": guild.id, "unavailable": True} for guild in guilds],
            "private_channels": [],
            "session_id": session.id,
            "resume_gateway_url": self.url,
            "shard": session.shard,
            "application": {"id": application["id"], "flags": application["flags"]},
        }
        session.send("READY", orjson.dumps(ready))
        for guild in guilds:
            body = self._fitted(session, "GUILD_CREATE", guild_create(self.state, guild))
            session.send("GUILD_CREATE", orjson.dumps(body))

    async def _resume(self, connection: Connection, body: Payload) -> None:
        if body["token"] != self.token:
            return await connection.close(4004, "Authentication failed.")
        session = self.sessions.get(body["session_id"] or "")
        if session is None or not session.resumable:
            connection.push(b'{"op":9,"d":false}')
            return None
        if body["seq"] is None or body["seq"] > session.sequence:
            return await connection.close(4007, "Invalid seq.")
        session.connection = connection
        for sequence, frame in session.backlog:
            if sequence > body["seq"]:
                connection.push(frame)
        session.send("RESUMED", b'{"_trace":[]}')
        self.state.touch()
        return None

    async def _request_members(self, connection: Connection, body: Payload) -> None:
        session = self._session_of(connection)
        if session is None:
            return await connection.close(4003, "Not authenticated.")
        guild = self.state.guilds.get(str(body["guild_id"]))
        if guild is None:
            return None
        found, missing = _found_members(guild.members, body)
        everyone = body.get("query") == "" and not body.get("user_ids")
        if everyone and not session.intents & INTENTS["members"]:
            found = []
        pages = [found[start : start + 1000] for start in range(0, len(found), 1000)] or [[]]
        for index, page in enumerate(pages):
            chunk = {
                "guild_id": guild.id,
                "members": page,
                "chunk_index": index,
                "chunk_count": len(pages),
                "not_found": missing,
                "nonce": body.get("nonce"),
            }
            session.send("GUILD_MEMBERS_CHUNK", orjson.dumps(chunk))
        return None


def _found_members(members: dict[str, Payload], body: Payload) -> tuple[list[Payload], list[str]]:
    wanted = body.get("user_ids")
    if wanted:
        ids = [str(one) for one in (wanted if isinstance(wanted, list) else [wanted])]
        known = [members[one] for one in ids if one in members]
        return known, [one for one in ids if one not in members]
    prefix = (body.get("query") or "").lower()
    limit = body.get("limit") or len(members)
    matching = [
        member
        for member in members.values()
        if (member["nick"] or member["user"]["username"]).lower().startswith(prefix)
    ]
    return matching[:limit], []
