"""GET /healthz and GET /metrics for machines that watch: counts and ages, no text and no name."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Protocol

from aiohttp import web
from prometheus_client import CollectorRegistry, Gauge, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from bot.core.errors import Misconfigured, Problem
from bot.core.ports import Clock
from bot.engine_metrics import EngineMetrics
from bot.i18n import N_
from bot.store import outbox
from bot.store.database import Database, StoreUnavailable
from bot.translate.chain import Counted


class Watched(Protocol):
    platform: str

    @property
    def is_online(self) -> bool: ...


class Health:
    def __init__(
        self,
        *,
        host: str,
        port: int,
        database: Database,
        clock: Clock,
        lanes: Callable[[], Sequence[str]],
        adapters: Sequence[Watched],
        engines: Sequence[Counted] = (),
    ) -> None:
        self._host, self._port = host, port
        self._database = database
        self._clock = clock
        self._lanes = lanes
        self._adapters = adapters
        self._registry = CollectorRegistry()
        self._online = self._gauge("catbridge_platform_online", "1 while connected", "platform")
        self._waiting = self._gauge("catbridge_outbox_waiting", "deliveries that wait", "lane")
        self._oldest = self._gauge("catbridge_outbox_oldest_seconds", "age of the oldest", "lane")
        self._dead = self._gauge("catbridge_outbox_dead", "deliveries given up", "lane")
        self._registry.register(EngineMetrics(engines))

    async def run(self) -> None:
        """Serve until cancelled. Raises `Misconfigured` where the port is taken."""
        app = web.Application()
        app.add_routes([web.get("/healthz", self._healthz), web.get("/metrics", self._metrics)])
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        try:
            await web.TCPSite(runner, self._host, self._port).start()
            await asyncio.Event().wait()
        except OSError as error:
            raise Misconfigured(
                Problem(
                    "http.listen",
                    N_("{host}:{port} can't be opened; another program may be using it."),
                    N_("Choose another port."),
                    {"host": self._host, "port": self._port},
                )
            ) from error
        finally:
            await runner.cleanup()

    async def _healthz(self, _request: web.Request) -> web.Response:
        platforms = {a.platform: a.is_online for a in self._adapters}
        try:
            await self._measure()
        except StoreUnavailable as error:
            body = {"status": "database", "reason": error.reason, "platforms": platforms}
            return web.json_response(body, status=503)
        return web.json_response({"status": "ok", "platforms": platforms})

    async def _metrics(self, _request: web.Request) -> web.Response:
        try:
            await self._measure()
        except StoreUnavailable as error:
            return web.Response(status=503, text=error.reason)
        body = generate_latest(self._registry)
        return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_PLAIN_0_0_4})

    async def _measure(self) -> None:
        lanes = self._lanes()
        async with self._database.reading() as connection:
            queues = await outbox.status(connection, lanes)
        now = self._clock.now()
        for lane in lanes:
            queue = queues.get(lane, outbox.Waiting())
            age = (now - queue.oldest).total_seconds() if queue.oldest else 0.0
            self._waiting.labels(lane).set(queue.waiting)
            self._oldest.labels(lane).set(age)
            self._dead.labels(lane).set(queue.dead)
        for adapter in self._adapters:
            self._online.labels(adapter.platform).set(adapter.is_online)

    def _gauge(self, name: str, about: str, label: str) -> Gauge:
        return Gauge(name, about, [label], registry=self._registry)
