"""Inline keyboards and reactions: what Telegram accepts of them."""

from .errors import Json, bad

_ACTIONS = (
    "callback_data",
    "url",
    "login_url",
    "web_app",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
)
_ALLOWED = """
👍 👎 ❤ 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊
🤡 🥱 🥴 😍 🐳 ❤‍🔥 🌚 🌭 💯 🤣 ⚡ 🍌 🏆 💔 🤨 😐 🍓 🍾 💋
🖕 😈 😴 😭 🤓 👻 👨‍💻 👀 🎃 🙈 😇 😨 🤝 ✍ 🤗 🫡 🎅 🎄 ☃
💅 🤪 🗿 🆒 💘 🙉 🦄 😘 💊 🙊 😎 👾 🤷‍♂ 🤷 🤷‍♀ 😡
"""
_REACTIONS = frozenset(_ALLOWED.split())


def inline_keyboard(markup: Json | None) -> Json | None:
    """The keyboard a message keeps; other markup is shown by clients and kept nowhere."""
    if not markup or "inline_keyboard" not in markup:
        return None
    rows = [[_button(button) for button in row] for row in markup["inline_keyboard"]]
    rows = [row for row in rows if row]
    return {"inline_keyboard": rows} if rows else None


def _button(button: Json) -> Json:
    problem = "can't parse inline keyboard button: "
    if not button.get("text"):
        raise bad(problem + 'Field "text" must be of type String')
    if not any(action in button for action in _ACTIONS):
        raise bad(problem + "Text buttons are unallowed in the inline keyboard")
    if len(str(button.get("callback_data", "")).encode()) > 64:
        raise bad("BUTTON_DATA_INVALID")
    return button


def reactions(given: list[Json] | None, offered: list[str] | None = None) -> list[Json]:
    """The reactions a bot may set: one, from Telegram's list, and from what the chat offers."""
    allowed = _REACTIONS if offered is None else _REACTIONS & set(offered)
    given = given or []
    if len(given) > 1:
        raise bad("REACTIONS_TOO_MANY")
    for reaction in given:
        if reaction.get("type") == "emoji" and _plain(reaction["emoji"]) not in allowed:
            raise bad("REACTION_INVALID")
        if not str(reaction.get("custom_emoji_id", 0)).isdigit():
            raise bad('can\'t parse ReactionType: Field "custom_emoji_id" must be a valid Number')
    return given


def _plain(emoji: str) -> str:
    return emoji.replace("\ufe0f", "")
