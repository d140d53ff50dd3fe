"""The Discord emulator against the real discord.py: what the other tests may rely on."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import aiohttp
import discord
import pytest
import yarl
from discord import app_commands
from discord.gateway import DiscordWebSocket
from discord.http import Route

from tests.emulators.discord import DiscordEmulator

TOKEN = "discord-test-token"


class Bot(discord.Client):
    """Keeps what it hears, in order."""

    def __init__(self, *, intents: discord.Intents) -> None:
        # The default waits two seconds for more guilds before it is ready.
        super().__init__(intents=intents, guild_ready_timeout=0.05)
        self.tree = app_commands.CommandTree(self)
        self.heard: list[tuple[str, object]] = []

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """The default waits five seconds before a second IDENTIFY."""

    def contents(self) -> list[str]:
        return [one.content for kind, one in self.heard if kind == "message"]

    def of(self, kind: str) -> list:
        return [one for name, one in self.heard if name == kind]

    def dispatch(self, event: str, /, *args: object, **kwargs: object) -> None:
        self.heard.append((event, args[0] if args else None))
        super().dispatch(event, *args, **kwargs)


@pytest.fixture
async def emu(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[DiscordEmulator]:
    async with DiscordEmulator() as emulator:
        monkeypatch.setattr(Route, "BASE", emulator.api_base)
        monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", yarl.URL(emulator.gateway_url))
        yield emulator


@pytest.fixture
async def connect(emu: DiscordEmulator) -> AsyncIterator[Callable[..., Awaitable[Bot]]]:
    """Starts a bot and waits until it is ready; closes them all at the end."""
    async with AsyncExitStack() as stack:

        async def start(*, intents: discord.Intents | None = None, token: str = TOKEN) -> Bot:
            bot = await stack.enter_async_context(Bot(intents=intents or discord.Intents.all()))
            await bot.login(token)
            running = asyncio.create_task(bot.connect())
            stack.push_async_callback(_stop, bot, running)
            ready = asyncio.create_task(bot.wait_until_ready())
            await asyncio.wait({running, ready}, return_when=asyncio.FIRST_COMPLETED)
            if running.done():
                ready.cancel()
                await running
            return bot

        yield start


async def _stop(bot: Bot, running: asyncio.Task[None]) -> None:
    await bot.close()
    await asyncio.wait({running})


@pytest.fixture
def room(emu: DiscordEmulator) -> str:
    return emu.add_channel(emu.add_guild("Cats"), "english")


@pytest.fixture
def mei(emu: DiscordEmulator) -> str:
    return emu.add_user("Mei", global_name="梅")


def channel_of(bot: Bot, channel_id: str) -> discord.TextChannel:
    channel = bot.get_channel(int(channel_id))
    assert isinstance(channel, discord.TextChannel)
    return channel


async def test_a_bot_logs_in_and_sees_its_guild_channels_and_members(emu, connect, room, mei):
    emu.add_thread(room, "a thread")
    emu.add_member(next(iter(emu.state.guilds)), mei, nick="小梅")
    bot = await connect()
    guild = bot.guilds[0]
    assert [one.name for one in guild.text_channels] == ["english"]
    assert [one.name for one in guild.threads] == ["a thread"]
    assert guild.get_member(int(mei)).display_name == "小梅"
    assert guild.me.guild_permissions.manage_webhooks


async def test_a_wrong_token_is_refused_by_rest_and_by_the_gateway(emu, connect):
    with pytest.raises(discord.LoginFailure):
        await connect(token="wrong")
    async with aiohttp.ClientSession() as session:
        socket = await session.ws_connect(emu.gateway_url)
        assert (await socket.receive_json())["op"] == 10
        await socket.send_json({"op": 2, "d": {"token": "wrong", "intents": 0}})
        assert (await socket.receive()).data == 4004


async def test_a_disallowed_intent_is_refused(emu, connect):
    emu.disallow_intents("message_content")
    with pytest.raises(discord.PrivilegedIntentsRequired):
        await connect()


async def test_a_message_arrives_with_its_author_reply_and_file(emu, connect, room, mei):
    bot = await connect()
    first = await emu.post(room, mei, "你好", attachments=[("cat.png", b"meow", "image/png")])
    await emu.post(room, mei, "again", reply_to=first["id"])
    await emu.wait(lambda: len(bot.of("message")) == 2)
    heard, reply = bot.of("message")
    assert (heard.author.display_name, heard.content) == ("梅", "你好")
    assert await heard.attachments[0].read() == b"meow"
    assert reply.reference.message_id == heard.id
    assert reply.reference.resolved.content == "你好"


async def test_content_is_hidden_without_the_intent_except_when_mentioned(emu, connect, room, mei):
    bot = await connect(intents=discord.Intents.default())
    await emu.post(room, mei, "secret")
    await emu.post(room, mei, f"<@{emu.bot_id}> hello")
    await emu.wait(lambda: len(bot.of("message")) == 2)
    assert bot.contents() == ["", f"<@{emu.bot_id}> hello"]


async def test_edits_deletions_and_reactions_arrive(emu, connect, room, mei):
    bot = await connect()
    ids = [(await emu.post(room, mei, str(number)))["id"] for number in range(3)]
    await emu.edit(room, ids[0], "new")
    emu.react(room, ids[0], mei, "❤️")
    emu.unreact(room, ids[0], mei, "❤️")
    await emu.delete(room, ids[0])
    await emu.delete(room, *ids[1:])
    await emu.wait(lambda: bot.of("raw_bulk_message_delete"))
    assert bot.of("raw_message_edit")[0].message.content == "new"
    assert str(bot.of("raw_reaction_add")[0].emoji) == "❤️"
    assert bot.of("raw_reaction_remove")
    assert bot.of("raw_message_delete")[0].message_id == int(ids[0])
    assert bot.of("raw_bulk_message_delete")[0].message_ids == {int(one) for one in ids[1:]}


async def test_a_webhook_posts_edits_and_deletes(emu, connect, room):
    bot = await connect()
    webhook = await channel_of(bot, room).create_webhook(name="Catbridge")
    file = discord.File(io.BytesIO(b"png"), "cat.png", description="a cat")
    sent = await webhook.send(
        "hi @everyone",
        username="梅 (Telegram)",
        avatar_url="https://example.org/a.png",
        file=file,
        allowed_mentions=discord.AllowedMentions.none(),
        wait=True,
    )
    stored = emu.messages(room)[0]
    assert stored["author"]["username"] == "梅 (Telegram)"
    assert stored["_allowed_mentions"] == {"parse": []}
    assert not stored["mention_everyone"]
    assert await sent.attachments[0].read() == b"png"
    assert sent.attachments[0].content_type == "image/png"
    await sent.edit(content="hi @everyone, edited", attachments=[])
    assert stored["content"] == "hi @everyone, edited"
    assert stored["attachments"] == []
    assert stored["_edit_allowed_mentions"] is None
    assert stored["mention_everyone"]
    await sent.delete()
    assert emu.messages(room) == []
    assert [one["name"] for one in emu.webhooks(room)] == ["Catbridge"]


async def test_a_thread_is_reached_only_with_its_thread_id(emu, connect, room):
    thread = emu.add_thread(room, "a thread", archived=True)
    bot = await connect()
    webhook = await channel_of(bot, room).create_webhook(name="Catbridge")
    target = discord.Object(int(thread))
    sent = await webhook.send("in here", thread=target, wait=True)
    assert [one["content"] for one in emu.messages(thread)] == ["in here"]
    assert not emu.channel(thread)["thread_metadata"]["archived"]
    with pytest.raises(discord.NotFound) as caught:
        await webhook.fetch_message(sent.id)
    assert caught.value.code == 10008
    assert (await webhook.fetch_message(sent.id, thread=target)).content == "in here"


async def test_a_forum_needs_a_thread_and_makes_one_by_name(emu, connect, room):
    forum = emu.add_channel(next(iter(emu.state.guilds)), "ideas", kind="forum")
    bot = await connect()
    webhook = await bot.get_channel(int(forum)).create_webhook(name="Catbridge")
    with pytest.raises(discord.HTTPException) as caught:
        await webhook.send("no thread")
    assert caught.value.code == 220001
    sent = await webhook.send("first", thread_name="猫", wait=True)
    assert emu.channel(str(sent.channel.id))["name"] == "猫"


@pytest.mark.parametrize(
    ("message", "code", "where"),
    [
        ({"content": "x" * 2001}, 50035, "content"),
        ({"content": " "}, 50006, ""),
        ({"content": "x", "username": "my Discord friend"}, 50035, "username"),
        ({"content": "x", "username": "x" * 81}, 50035, "username"),
        ({"content": "x", "avatar_url": "nonsense"}, 50035, "avatar_url"),
    ],
)
async def test_a_bad_webhook_message_is_refused(emu, connect, room, message, code, where):
    bot = await connect()
    webhook = await channel_of(bot, room).create_webhook(name="Catbridge")
    with pytest.raises(discord.HTTPException) as caught:
        await webhook.send(**message)
    assert (caught.value.status, caught.value.code) == (400, code)
    assert where in caught.value.text
    assert emu.messages(room) == []


async def test_lost_webhooks_channels_and_permissions_have_their_codes(emu, connect, room):
    bot = await connect()
    channel = channel_of(bot, room)
    webhook = await channel.create_webhook(name="Catbridge")
    emu.set_permissions(room, discord.Permissions(view_channel=True).value)
    await emu.wait(lambda: bot.of("guild_channel_update"))
    assert not channel.permissions_for(channel.guild.me).send_messages

    async def code_of(call: Awaitable[object]) -> int:
        with pytest.raises(discord.HTTPException) as caught:
            await call
        return caught.value.code

    assert await code_of(channel.send("x")) == 50013
    emu.set_permissions(room, 0)
    assert await code_of(channel.send("x")) == 50001
    emu.upload_limit = 3
    assert await code_of(webhook.send(file=discord.File(io.BytesIO(b"four"), "a"))) == 40005
    emu.delete_webhook(str(webhook.id))
    assert await code_of(webhook.send("x")) == 10015
    emu.delete_channel(room)
    assert await code_of(channel.send("x")) == 10003


async def test_history_after_a_message_gives_the_missed_ones_in_order(emu, connect, room, mei):
    bot = await connect()
    ids = [(await emu.post(room, mei, str(number)))["id"] for number in range(250)]
    channel = channel_of(bot, room)
    after = discord.Object(int(ids[9]))
    texts = [one.content async for one in channel.history(after=after, limit=None)]
    assert texts == [str(number) for number in range(10, 250)]
    page = await bot.http.logs_from(room, 3, after=int(ids[9]))
    assert [one["content"] for one in page] == ["12", "11", "10"]
    middle = discord.Object(ids[100])
    around = [one.content async for one in channel.history(around=middle, limit=5)]
    assert around == ["102", "101", "100", "99", "98"]


async def test_the_same_nonce_gives_the_same_message(emu, connect, room):
    bot = await connect()
    payload = {"content": "once", "nonce": "row-7", "enforce_nonce": True}
    route = Route("POST", "/channels/{channel_id}/messages", channel_id=room)
    first, second = [await bot.http.request(route, json=payload) for _ in range(2)]
    assert first["id"] == second["id"]
    assert len(emu.messages(room)) == 1


async def test_a_429_is_followed_by_success(emu, connect, room):
    bot = await connect()
    fault = emu.fault("POST", r"/channels/\d+/messages$", status=429, retry_after=0.05)
    await channel_of(bot, room).send("through")
    posts = [one.status for one in emu.requests if one.method == "POST"]
    assert posts == [429, 200]
    assert fault.hits == 1


async def test_a_connection_cut_afterwards_leaves_the_message(emu, connect, room):
    bot = await connect()
    webhook = await channel_of(bot, room).create_webhook(name="Catbridge")
    emu.fault("POST", r"/webhooks/.*", cut=True, when="after")
    with pytest.raises(aiohttp.ClientConnectionError):
        await webhook.send("sent?", wait=True)
    assert [one["content"] for one in emu.messages(room)] == ["sent?"]
    emu.fault("POST", r"/webhooks/.*", cut=True)
    with pytest.raises(aiohttp.ClientConnectionError):
        await webhook.send("not sent", wait=True)
    assert len(emu.messages(room)) == 1


async def test_a_resumed_session_gets_what_it_missed(emu, connect, room, mei):
    bot = await connect()
    await emu.drop_gateway()
    await emu.post(room, mei, "missed")
    await emu.wait(lambda: bot.of("resumed"))
    await emu.post(room, mei, "live")
    await emu.wait(lambda: len(bot.contents()) == 2)
    assert bot.contents() == ["missed", "live"]


async def test_an_invalid_session_must_identify_and_missed_the_events(emu, connect, room, mei):
    bot = await connect()
    emu.invalidate_sessions()
    await emu.drop_gateway(1006)
    await emu.post(room, mei, "missed")
    await emu.wait(lambda: len(bot.of("ready")) == 2, timeout=12)
    await emu.post(room, mei, "live")
    await emu.wait(bot.contents)
    assert bot.contents() == ["live"]


async def test_a_deaf_gateway_loses_events_but_rest_keeps_them(emu, connect, room, mei):
    bot = await connect()
    emu.deaf = True
    await emu.post(room, mei, "unheard")
    emu.deaf = False
    await emu.post(room, mei, "heard")
    await emu.wait(bot.contents)
    assert bot.contents() == ["heard"]
    texts = [one.content async for one in channel_of(bot, room).history()]
    assert texts == ["heard", "unheard"]


@pytest.mark.parametrize("echo_first", [True, False])
async def test_a_webhook_message_echoes_before_or_after_its_answer(emu, connect, room, echo_first):
    bot = await connect()
    webhook = await channel_of(bot, room).create_webhook(name="Catbridge")
    emu.echo_first = echo_first
    await webhook.send("echo", wait=True)
    assert bool(bot.contents()) is echo_first
    await emu.wait(bot.contents)


async def test_a_webhook_may_send_five_messages_in_two_seconds(emu, room):
    emu.rate_limits = True
    url = await webhook_url(emu, room)
    async with aiohttp.ClientSession() as session:
        answers = [await session.post(url, json={"content": "x"}) for _ in range(6)]
        assert [one.status for one in answers] == [204] * 5 + [429]
        assert answers[4].headers["X-RateLimit-Remaining"] == "0"
        body = await answers[5].json()
    assert 0 < body["retry_after"] <= 2
    assert answers[5].headers["X-RateLimit-Scope"] == "user"


async def test_a_channel_may_get_thirty_webhook_messages_a_minute_which_no_header_shows(emu, room):
    url = await webhook_url(emu, room)
    urls = [url, *[await webhook_url(emu, room) for _ in range(6)]]
    emu.rate_limits = True
    async with aiohttp.ClientSession() as session:
        answers = [await session.post(one, json={"content": "x"}) for one in urls for _ in range(5)]
        body = await answers[30].json()
    assert [one.status for one in answers] == [204] * 30 + [429] * 5
    assert answers[29].headers["X-RateLimit-Limit"] == "5"
    assert body["retry_after"] > 50


async def webhook_url(emu: DiscordEmulator, room: str) -> str:
    async with aiohttp.ClientSession() as session:
        url = f"{emu.api_base}/channels/{room}/webhooks"
        headers = {"Authorization": f"Bot {TOKEN}"}
        async with session.post(url, json={"name": "Catbridge"}, headers=headers) as answer:
            webhook = await answer.json()
    return f"{emu.api_base}/webhooks/{webhook['id']}/{webhook['token']}"


async def test_joins_and_a_kick_reach_the_bot(emu, connect, room, mei):
    bot = await connect()
    guild = str(bot.guilds[0].id)
    emu.join(guild, mei)
    emu.kick_bot(guild)
    await emu.wait(lambda: bot.of("guild_remove"))
    assert bot.of("member_join")[0].id == int(mei)
    with pytest.raises(discord.Forbidden):
        await bot.fetch_channel(int(room))


async def test_commands_are_synced_with_localisations_or_refused_as_a_whole(emu, connect, room):
    bot = await connect()
    await bot.tree.set_translator(Chinese())

    @bot.tree.command(name="ask", description="Ask the other side")
    async def ask(interaction: discord.Interaction, question: str) -> None:
        await interaction.response.send_message(question)

    await bot.tree.sync()
    (command,) = emu.commands()
    assert command["name_localizations"] == {"zh-CN": "提问"}
    assert command["options"][0]["type"] == 3
    bad = [{"name": "fine", "description": "x"}, {"name": "Bad", "description": ""}]
    with pytest.raises(discord.HTTPException) as caught:
        await bot.http.bulk_upsert_global_commands(int(emu.bot_id), bad)
    assert caught.value.code == 50035
    assert [one["name"] for one in emu.commands()] == ["ask"]


class Chinese(app_commands.Translator):
    async def translate(self, string, locale, context):
        is_name = context.location is app_commands.TranslationContextLocation.command_name
        return "提问" if is_name and locale is discord.Locale.chinese else None


async def test_a_command_defers_answers_and_hears_its_button(emu, connect, room, mei):
    bot = await connect()
    group = app_commands.Group(name="relay", description="Relays")
    bot.tree.add_command(group)

    @group.command(name="list", description="List them")
    async def listed(interaction: discord.Interaction, who: discord.Member) -> None:
        await interaction.response.defer(ephemeral=True)
        view = discord.ui.View()
        view.add_item(discord.ui.Button(label="More", custom_id="more"))
        await interaction.followup.send(f"{who.display_name} {interaction.locale}", view=view)

    @bot.event
    async def on_interaction(interaction: discord.Interaction) -> None:
        if interaction.type is discord.InteractionType.component:
            await interaction.response.edit_message(content="pressed", view=None)

    await bot.tree.sync()
    used = await emu.interact(
        room, mei, ["relay", "list"], {"who": mei}, locale="zh-CN", permissions=32
    )
    answer = await used.response(timeout=5)
    assert (answer["content"], answer["ephemeral"]) == ("梅 zh-CN", True)
    assert emu.messages(room) == []
    pressed = await emu.click(room, mei, answer, "more")
    assert (await pressed.response())["content"] == "pressed"


async def test_autocomplete_and_a_message_menu_round_trip(emu, connect, room, mei):
    bot = await connect()

    @bot.tree.command(name="explain", description="Explain a word")
    async def explain(interaction: discord.Interaction, word: str) -> None:
        await interaction.response.send_message(word)

    @explain.autocomplete("word")
    async def words(_: discord.Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return [app_commands.Choice(name=f"{typed}yds", value="yyds")]

    @bot.tree.context_menu(name="Explain / 解释")
    async def menu(interaction: discord.Interaction, message: discord.Message) -> None:
        await interaction.response.send_message(f"about {message.content}", ephemeral=True)

    await bot.tree.sync()
    assert await emu.autocomplete(room, mei, ["explain"], {"word": "y"}) == [
        {"name": "yyds", "value": "yyds"}
    ]
    posted = await emu.post(room, mei, "666")
    used = await emu.interact_message(room, mei, "Explain / 解释", posted["id"])
    assert (await used.response())["content"] == "about 666"


async def test_two_hundred_posts_reach_the_bot_in_order(emu, connect, room, mei):
    bot = await connect()
    for number in range(200):
        await emu.post(room, mei, str(number))
    await emu.wait(lambda: len(bot.contents()) == 200)
    assert bot.contents() == [str(number) for number in range(200)]


async def test_a_message_takes_twenty_kinds_of_reactions(emu, connect, room, mei):
    bot = await connect()
    said = await emu.post(room, mei, "look")
    for number in range(19):
        emu.react(room, said["id"], mei, chr(0x1F400 + number))
    message = bot.get_channel(int(room)).get_partial_message(int(said["id"]))
    await message.add_reaction("👍")
    with pytest.raises(discord.HTTPException) as refused:
        await message.add_reaction("🔥")
    assert refused.value.code == 30010
    await message.add_reaction(chr(0x1F400))
    await message.remove_reaction("👍", bot.user)
    await message.add_reaction("🔥")
    assert emu.reactors(room, said["id"])["🔥"] == [emu.bot_id]
    with pytest.raises(discord.HTTPException) as unknown:
        await message.add_reaction("<:blob:123>")
    assert unknown.value.code == 10014


async def test_a_moderator_takes_reactions_away(emu, connect, room, mei):
    bot = await connect()
    said = await emu.post(room, mei, "look")
    for emoji in ("👍", "🔥", "❤️"):
        emu.react(room, said["id"], mei, emoji)
    emu.clear_reactions(room, said["id"], "🔥")
    await emu.wait(lambda: bot.of("raw_reaction_clear_emoji"))
    assert str(bot.of("raw_reaction_clear_emoji")[0].emoji) == "🔥"
    assert set(emu.reactors(room, said["id"])) == {"👍", "❤️"}
    await bot.get_channel(int(room)).get_partial_message(int(said["id"])).clear_reactions()
    await emu.wait(lambda: bot.of("raw_reaction_clear"))
    assert emu.reactors(room, said["id"]) == {}
