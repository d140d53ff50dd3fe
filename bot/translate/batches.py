"""Cuts a list of sentences into requests that a service takes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence


def batches(sentences: Sequence[str], *, most: int, characters: int) -> Iterator[list[str]]:
    """At most `most` together, and `characters` of text; one that is longer goes alone."""
    batch: list[str] = []
    for sentence in sentences:
        is_full = len(batch) == most or sum(map(len, batch)) + len(sentence) > characters
        if batch and is_full:
            yield batch
            batch = []
        batch.append(sentence)
    if batch:
        yield batch
