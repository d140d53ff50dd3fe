"""What any engine on another machine does when that machine, or the way to it, misbehaves."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from aiohttp import web

from bot.core.errors import EngineFailed, NoModel, Trouble
from bot.translate.chain import Service as Bare
from bot.translate.deepl import DeepLEngine
from bot.translate.exchange import LARGEST
from bot.translate.libretranslate import LibreTranslateEngine
from bot.translate.openai import OpenAIEngine
from tests.parts import HeldClock
from tests.translate.services import CERTIFICATE, ChatModel, DeepL, LibreTranslate, Service

KEY = "s3cret-key"
ANSWERS = {
    "libretranslate": '{"translatedText": %s}',
    "deepl": '{"translations": %s}',
    "openai": '{"choices": %s}',
}


@dataclass
class Pair:
    """An engine and the service that it asks."""

    name: str
    service: Service

    def engine(self, address: str = "", *, seconds: float = 5.0) -> Bare:
        address = address or self.service.address
        if self.name == "libretranslate":
            clock = HeldClock()
            return LibreTranslateEngine(address, clock=clock, timeout_seconds=seconds, api_key=KEY)
        if self.name == "deepl":
            return DeepLEngine(KEY, model="m", timeout_seconds=seconds, api_base=address)
        return OpenAIEngine(address, model="m", timeout_seconds=seconds, key=KEY)


def made(name: str) -> Pair:
    services = {"libretranslate": LibreTranslate, "deepl": DeepL, "openai": ChatModel}
    return Pair(name, services[name]())


@pytest.fixture(params=["libretranslate", "deepl", "openai"])
async def pair(request: pytest.FixtureRequest) -> AsyncIterator[Pair]:
    found = made(request.param)
    async with found.service.serving():
        yield found


async def asked(engine: Bare, *sentences: str) -> list[str]:
    try:
        return await engine.translate(sentences or ("谢谢你。",), "zh", "en")
    finally:
        await engine.aclose()


async def failure(engine: Bare) -> EngineFailed:
    with pytest.raises(EngineFailed) as caught:
        await asked(engine)
    assert "谢" not in str(caught.value)
    assert KEY not in str(caught.value)
    return caught.value


async def test_sentences_come_back_translated_in_order(pair: Pair) -> None:
    said = await asked(pair.engine(), "我有一只猫。", "谢谢你。")
    assert said == ["I have a cat.", "Thank you."]


async def test_the_other_direction_works_too(pair: Pair) -> None:
    engine = pair.engine()
    assert await engine.translate(["Thank you."], "en", "zh") == ["谢谢你。"]
    await engine.aclose()


async def test_what_it_does_not_serve_is_not_asked_for(pair: Pair) -> None:
    engine = pair.engine()
    assert engine.serves("zh", "en")
    assert engine.serves("en", "zh")
    assert not engine.serves("zh", "zh")
    with pytest.raises(NoModel):
        await engine.translate(["mi havas katon"], "eo", "tlh")
    await engine.aclose()


async def test_a_long_message_goes_in_several_requests(pair: Pair) -> None:
    said = await asked(pair.engine(), *["谢谢你。", "我有一只猫。"] * 60)
    assert said == ["Thank you.", "I have a cat."] * 60
    assert len(pair.service.bodies) > 1


@pytest.mark.parametrize(
    ("status", "trouble"),
    [
        (301, "missing"),
        (400, "refused"),
        (401, "key"),
        (403, "key"),
        (404, "missing"),
        (413, "refused"),
        (429, "busy"),
        (456, "quota"),
        (500, "server"),
        (502, "server"),
        (503, "busy"),
    ],
)
async def test_each_status_says_who_must_mend_it(pair: Pair, status: int, trouble: Trouble) -> None:
    pair.service.fail(status, f"谢谢你。 is refused, {KEY} too", times=2)
    assert (await failure(pair.engine())).trouble == trouble


async def test_it_is_told_when_to_come_back(pair: Pair) -> None:
    pair.service.fail(429, Retry_After="17")
    assert (await failure(pair.engine())).retry_after == 17


async def test_a_date_to_come_back_at_is_no_number(pair: Pair) -> None:
    pair.service.fail(429, Retry_After="Wed, 21 Oct 2026 07:28:00 GMT")
    assert (await failure(pair.engine())).retry_after is None


async def test_a_hanging_service_ends_with_the_time_out(pair: Pair) -> None:
    pair.service.hang()
    assert (await failure(pair.engine(seconds=0.2))).trouble == "slow"


@pytest.mark.parametrize(
    "body", ["<html>captive portal</html>", "", "null", "[]", "3", '{"error": "no"}', '{"x": [{"']
)
async def test_garbage_is_no_translation(pair: Pair, body: str) -> None:
    if pair.name == "libretranslate":
        engine = pair.engine()
        await engine.translate(["谢谢你。"], "zh", "en")  # it knows the languages now
        pair.service.say(body)
        with pytest.raises(EngineFailed) as caught:
            await asked(engine)
        assert caught.value.trouble == "answer"
    else:
        pair.service.say(body)
        assert (await failure(pair.engine())).trouble == "answer"


@pytest.mark.parametrize("listed", ["[]", "null", '"Thank you."', "7"])
async def test_another_number_of_answers_is_refused(pair: Pair, listed: str) -> None:
    engine = pair.engine()
    await engine.translate(["谢谢你。"], "zh", "en")
    pair.service.say(ANSWERS[pair.name] % listed)
    with pytest.raises(EngineFailed):
        await asked(engine)


async def test_an_answer_without_end_is_cut_off(pair: Pair) -> None:
    pair.service.say("[" + " " * LARGEST)
    assert (await failure(pair.engine())).trouble == "answer"


async def test_a_redirection_is_not_followed(pair: Pair) -> None:
    other = made(pair.name)
    async with other.service.serving() as elsewhere:
        pair.service.fail(307, Location=f"{elsewhere}/translate")
        assert (await failure(pair.engine())).trouble == "missing"
    assert other.service.asked == []


async def test_a_closed_port_is_unreachable(pair: Pair) -> None:
    service = LibreTranslate()
    async with service.serving():
        pass
    assert (await failure(pair.engine(service.address))).trouble == "unreachable"


async def test_a_connection_that_breaks_is_unreachable(pair: Pair) -> None:
    def broken() -> web.StreamResponse:
        raise web.HTTPOk(headers={"Content-Length": "100"})

    pair.service.replies.append(broken)
    assert (await failure(pair.engine(seconds=1.0))).trouble in {"unreachable", "slow"}


@pytest.mark.parametrize("name", ["libretranslate", "deepl", "openai"])
async def test_a_server_that_can_not_prove_who_it_is_is_sent_nothing(name: str) -> None:
    pair = made(name)
    async with pair.service.serving(is_secure=True):
        assert (await failure(pair.engine())).trouble == "certificate"
    assert pair.service.asked == []


@pytest.mark.parametrize("name", ["libretranslate", "deepl", "openai"])
async def test_a_certificate_of_your_own_is_believed(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    pair = made(name)
    async with pair.service.serving(is_secure=True):
        assert await asked(pair.engine()) == ["Thank you."]


async def test_the_proxy_is_asked(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY"):
        monkeypatch.setenv(name, pair.service.address)
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    assert await asked(pair.engine("http://translate.invalid")) == ["Thank you."]
