"""4,000 texts as people send them, the same on every run."""

import random
from functools import cache

GSM = "The quick brown fox, 5 £ @ 10:30? Ça va - ñÄß\n"
EXTENDED = "€[]{}~|^\\"
LETTERS = ["Привет, как дела? ", "你好世界", "שלום עולם ", "γειά σου ", "Zażółć gęślą jaźń "]
JOINED = [
    *("🇩🇪", "🇺🇸", "👨‍👩‍👧‍👦", "👍🏽", "❤️", "1️⃣", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "👩🏾‍🚀", "😀", "🫱🏻‍🫲🏿"),
    *("e\u0301", "n\u0303", "Z\u0351\u036b\u0343", "\r\n", "\r", "‘’", "🇩", "™", "¼"),
    *("नमस्ते ", "क्षत्रिय ", "สวัสดีครับ ", "தமிழ் ", "한국어 ", "\u1112\u1161\u11ab", "\u0600\u0661"),
]
PIECES = [list(GSM), [*GSM, *EXTENDED], [*GSM, *LETTERS], [*GSM, *JOINED], [*LETTERS, *JOINED]]


@cache
def texts(count: int = 4_000) -> list[str]:
    """The texts, of 0 to about 700 characters."""
    rng = random.Random(23_040)
    return [_text(rng, PIECES[index % len(PIECES)]) for index in range(count)]


def _text(rng: random.Random, pieces: list[str]) -> str:
    length, text = int(rng.random() * 500), ""
    while len(text) < length:
        text += pieces[int(rng.random() * len(pieces))]
    return text
