"""The regular expressions of what must never be translated: links, names, emoji, code and the like.

Every one is linear in the text: bounded repeats, or steps of one character from disjoint sets.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.core.language import HAN

_URL_CHAR = r"A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%\u00c0-\u1fff"
# Han belongs to an address after a separator (/猫), not after a letter (example.com看看).
_URL_TAIL = rf"(?:[{_URL_CHAR}]|(?<=[/=?&#{HAN}])[{HAN}])+"
_LINK = (
    rf"(?<![A-Za-z0-9])(?:https?|ftp|tg|discord)://{_URL_TAIL}|(?<![A-Za-z0-9.])www\.{_URL_TAIL}"
)
_EMAIL = (
    r"(?<![A-Za-z0-9_.+\-])[A-Za-z0-9_.+\-]{1,64}@[A-Za-z0-9\-]{1,63}(?:\.[A-Za-z0-9\-]{1,63}){1,5}"
)
_DOMAIN = (
    r"(?<![A-Za-z0-9.\-])(?:[A-Za-z0-9\-]{1,63}\.){1,6}(?:com|org|net|io|cn|gg|dev|me|tv|app|co|edu|gov|xyz|info)"
    rf"(?![A-Za-z0-9\-])(?:/{_URL_TAIL})?"
)
_EXTENSION = (
    "(?:jpe?g|png|gif|webp|mp[34]|m4a|ogg|wav|mov|mkv|avi|webm|pdf|docx?|xlsx?|pptx?|csv|tsv|txt|md|json|toml"
    "|ya?ml|zip|rar|7z|tar|gz|apk|exe|dmg|iso|py|js|ts|html?|css|cpp|rs|sh|srt|epub|psd)"
)
_FILE = (
    rf"(?<![A-Za-z0-9_.\-])[A-Za-z0-9_\-]{{1,64}}(?:\.[A-Za-z0-9_\-]{{1,32}}){{0,3}}\.{_EXTENSION}(?![A-Za-z0-9])"
    rf"|(?<![\w.\-])[{HAN}]{{1,12}}(?:[_\-][{HAN}A-Za-z0-9]{{1,24}}){{0,4}}\.{_EXTENSION}(?![A-Za-z0-9])"
)
_VERSION = (
    r"(?<![A-Za-z0-9_.])(?:v?\d{1,5}(?:\.\d{1,5}){2,4}|[vV]\d{1,4}(?:\.\d{1,5}){0,3})"
    r"(?:-[a-z]{1,8}\d{0,3})?(?![A-Za-z0-9_]|\.[A-Za-z0-9_])"
)
_MENTION = (
    rf"(?<![A-Za-z0-9_])@[A-Za-z0-9_](?:[A-Za-z0-9_.\-]{{0,62}}[A-Za-z0-9_])?"
    rf"|(?<![A-Za-z0-9_])@[{HAN}]{{1,8}}(?![{HAN}])|<(?:@[!&]?|#)\d{{1,20}}>"
)
_HASHTAG = rf"#[^#\s]{{1,30}}#|(?<![\w&])#(?=[\w\-]{{0,30}}[A-Za-z{HAN}])[\w\-]{{1,50}}"
_CUSTOM_EMOJI = (
    r"<a?:\w{1,32}:\d{1,20}>|(?<![A-Za-z0-9:]):(?=[\w+\-]{0,31}[A-Za-z])[A-Za-z0-9_+\-]{1,32}:"
)

_PICTURE = "\U0001f000-\U0001faff\u2600-\u27bf\u2300-\u23ff\u2b00-\u2bff\u3030\u303d\u3297\u3299"
_TEXT_PICTURE = "\u2190-\u21ff\u25a0-\u25ff\u2122\u2139\u203c\u2049\u00a9\u00ae"
_DRESS = "[\ufe0e\ufe0f\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]*"
_ONE = f"(?:[{_PICTURE}]|[{_TEXT_PICTURE}]\ufe0f){_DRESS}"
_EMOJI = f"[\U0001f1e6-\U0001f1ff]{{2}}|[0-9#*]\ufe0f?\u20e3|{_ONE}(?:\u200d{_ONE})*"

# What only a face is made of; one of them is in every pair of brackets that holds one.
_FACE = (
    "◕‿ω∀▽□°╥﹏≧≦｡◡ﾟ´｀`•ᴗ˘ε³ノヽツಠ╯╰^_><;≖Дд⊙◔･・꒳ㅂ\u0300-\u036f▔ᵔ﹃ʖᴥ¬◠゜￣＼"
    "˶ᵕᗜˊˋ੭؂ᗒᗣᗕᗨᗝᐛᐕ⌓⌒⌣‸ꞈﻌ⁄˵˙˚ಥಡ▓⓿✪❁❀ˬ₃º˃˂ˆ¯⸝⸜꒪ʃƪڡ∇ᐠᐟ❛ᆺ◞◟⚆☉∩∂○●ヮ◍⌐■҂ཀᴖ﹋𖦹ﾉ⸌⸍๑；"
)
_INSIDE = (
    rf"{_FACE}TQOoxXuUvwnzbdq30AВз=\-−~～*'\"./\\|,，。 #+「」∠:：≡!！@＾ー√♥♡❤✿★☆♪ʘ˓っつづง"
    "╬〃皿益눈Ις︶へ一口ロʔｰ彡灬艸￢oíìฅლ′₍₎♢⋆\u200b"
)
_ARMS = r"(?:[ヽヾԅ¯\\(（_ლʕ٩๑ヘᕙΣ╮૮ଘ⸜φψ꒰ঌฅ｡ﾟ･ノﾉ┬─┻━┴彡੭༼]|ദ്ദി|:(?=[･｡ﾟ])|(?<![A-Za-z])[od]){0,6}"
_TAIL = (
    r"(?:\s?[︵┻━┴彡✧♥♡☆★♪و۶ﻭ](?!\ufe0f)[\u0311]?|[งづっつ੭՞აゞブﾉノロ⟆⸝ฅʃ~～╭╮╯｡ﾟ･ヽヾ໒՛♫꒱]|[)）]"
    r"|>?⌐■-■|/(?=[~～\s]|$)|:(?=[･｡ﾟ])|\*(?=[:･｡ﾟ])|[ob](?![A-Za-z])){0,10}"
)
_KAOMOJI = (
    r"_\(´ཀ`」 ?∠\)_|[(（]T[oO]T[)）](?:/~*)?"
    rf"|{_ARMS}[(（ʕ꒰₍](?=[{_INSIDE}]{{0,14}}[{_FACE}])[{_INSIDE}]{{2,18}}[)）ʔ꒱₎]{_TAIL}"
    r"|┭┮﹏┭┮"
    r"|¯\\_\(ツ\)_/¯|_\(:[зз3]」∠\)_|ᓚᘏᗢ|[(（]¦3\[▓▓\]|/?ᐠ[^\sA-Za-z]{1,8}ᐟ\\?"
    r"|ฅ\^[^\sA-Za-z]{1,5}\^ฅ|₍\^[. ˶•ﻌ]{1,5}\^₎⟆?"
    r"|[ಠಥ¬•◕⊙눈≖￢˘⌐■]{1,2}[_﹏.ω‿‸︿][ಠಥ¬•◕⊙눈≖￢˘■]"
    r"|>[:;][()D]|>﹏<|(?<![\\A-Za-z0-9])\\o/(?![A-Za-z0-9])|(?m:(?<![A-Za-z0-9])D:(?=\s*$))"
    r"|(?<![A-Za-z0-9'])T T(?![A-Za-z0-9])|(?<![A-Za-z0-9-])-_-\|\|"
    r"|(?<![A-Za-z0-9])(?:[:;=][\-']?[)(DPpOo3/\\|*]{1,3}|[xX]D+|[TQ][_.^][TQ]|Q[AwWuUvV]Q"
    r"|[TO][AωwWvV][TO]|[oO0][_.][oO0]|[oO][wv][oO]|0[wv]0|q[wa]q|[uU][wW][uU]|;[_-];"
    r"|orz|OTZ|Orz|OTL|ORZ|>[_.]<|\^[_.\-]?\^|[-=]_[-=]|</?3)(?![A-Za-z0-9])"
)
# What our own machinery means something by, and what a tokenizer chokes on.
_SLOT = r"[<＜]\s?/?[xX]\s?\d{1,2}\s?[>＞]|<2[a-z]{2}>"
# A spoiler's edges, where no platform has read them.
_MARKUP = r"\|\|"
# Names that no language has a word for: snake_case, GPT-4, iPhone15, YouTube, C++, AT&T.
_NAME = (
    r"(?<![A-Za-z0-9_])(?:__(?:init|main|name|file|doc|all|str|repr|call|dict|enter|exit|slots)__"
    r"(?![A-Za-z0-9_])|_*[A-Za-z0-9]{1,40}(?:_[A-Za-z0-9]{1,40}){1,8}_*(?![A-Za-z0-9_])"
    r"|(?!(?:RMB|CNY|USD)\d)(?=[A-Za-z]{0,11}[A-Z]|[A-Za-z]{2,12}-\d"
    r"|(?!(?:rmb|cny|usd|str)\d)[a-z]{3,12}\d)[A-Za-z]{1,12}-?\d{1,6}"
    r"[A-Za-z0-9]{0,6}(?![A-Za-z0-9])"
    r"|(?!WeChat|McDonald)(?:[A-Z][a-z]{1,15}(?:[A-Z][a-z]{1,15}){1,3}|[a-z]{1,2}[A-Z][A-Za-z]{1,15})"
    r"(?![A-Za-z0-9])"
    r"|\d{1,6}[A-Z]{1,4}\d[A-Z0-9]{2,20}(?![A-Za-z0-9])"
    r"|(?:RTX|GTX|RX|USB|iOS) ?\d{1,5}(?:\.\d)?(?: ?(?:Ti|XT|Super)(?![A-Za-z]))?(?![A-Za-z0-9])"
    r"|C\+\+|[CF]#(?![A-Za-z0-9])|[A-Z]{1,3}&[A-Z]{1,3}(?![A-Za-z0-9])"
    r"|[48]K(?![A-Za-z0-9])|[2-6]G(?![A-Za-z0-9])|[23]D(?![A-Za-z0-9]))"
)
_CONTROL = (
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
    "\ufff0-\ufffd\ue000-\uf8ff\U000e0000-\U0010ffff\u2581]+"
)
_KINDS = {
    # A fence that nobody closed holds the rest of the message.
    "code": r"```[\s\S]*?```|(?m:^)```[\s\S]+|`[^`\n]{1,300}`",
    "link": _LINK,
    "email": _EMAIL,
    "domain": _DOMAIN,
    "file": _FILE,
    "version": _VERSION,
    "slot": _SLOT,
    "mention": _MENTION,
    "hashtag": _HASHTAG,
    "emoji": f"{_CUSTOM_EMOJI}|{_EMOJI}",
    "kaomoji": _KAOMOJI,
    "markup": _MARKUP,
    "name": _NAME,
    "control": _CONTROL,
}
PROTECTED = re.compile("|".join(f"(?P<{kind}>{pattern})" for kind, pattern in _KINDS.items()))
# Each of them holds one of these: a sign that is no stop, a letter in an unusual place, a face.
_HINT = re.compile(
    rf"[^{HAN}A-Za-z0-9 \n,.!?'，。！？、]|[A-Za-z][A-Z0-9]|[0-9][A-Za-z]|\.(?=\S)|[oO]rz|[uU]wu"
    r"|[oO0q][vwa][oO0q]|T T"
)
ADDRESSES = frozenset({"link", "email", "domain", "mention", "hashtag", "file"})


def protected(text: str) -> Iterator[re.Match[str]]:
    """All of `PROTECTED` in `text`. Most chat holds nothing of the kind, which is soon seen."""
    return PROTECTED.finditer(text) if _HINT.search(text) else iter(())
