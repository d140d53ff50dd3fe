"""What each engine did since the start, for /metrics: numbers, no text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from bot.translate.chain import Counted, RemoteEngine


class EngineMetrics(Collector):
    def __init__(self, engines: Sequence[Counted]) -> None:
        self._engines = engines

    def collect(self) -> Iterator[Metric]:
        sentences = _counter("sentences", "sentences translated")
        characters = _counter("characters", "characters sent")
        empty = _counter("empty", "sentences that came back without a usable translation")
        failures = _counter("failures", "requests that failed, by trouble", "trouble")
        resting = GaugeMetricFamily(
            "catbridge_engine_resting", "1 while left alone after failures", labels=["engine"]
        )
        for engine in self._engines:
            tally, name = engine.tally, engine.name
            sentences.add_metric([name], tally.sentences)
            characters.add_metric([name], tally.characters)
            empty.add_metric([name], tally.empty)
            for trouble, count in tally.failures.items():
                failures.add_metric([name, trouble], count)
            if isinstance(engine, RemoteEngine):
                resting.add_metric([name], engine.breaker.is_open)
        yield from (sentences, characters, empty, failures, resting)


def _counter(name: str, about: str, *labels: str) -> CounterMetricFamily:
    return CounterMetricFamily(f"catbridge_engine_{name}", about, labels=["engine", *labels])
