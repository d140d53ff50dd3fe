from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.translate.cache import Cache


def test_the_least_lately_used_goes_first() -> None:
    cache = Cache(most=2)
    cache.put(("a",), "1")
    cache.put(("b",), "2")
    assert cache.get(("a",)) == "1"
    cache.put(("c",), "3")
    assert [cache.get((key,)) for key in "abc"] == ["1", None, "3"]


@given(st.lists(st.tuples(st.text(max_size=30), st.text(max_size=60))))
def test_it_never_grows_beyond_its_bounds(pairs: list[tuple[str, str]]) -> None:
    cache = Cache(most=5, largest=1500)
    for key, answer in pairs:
        cache.put((key,), answer)
        assert len(cache) <= 5
        assert cache.bytes <= 1500


def test_wiping_leaves_nothing() -> None:
    cache = Cache()
    cache.put(("a",), "1")
    cache.wipe()
    assert (len(cache), cache.bytes, cache.get(("a",))) == (0, 0, None)
