"""Which replies opt out, in eight languages, and which do not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsgw_cli.messages.opt_out_words import Meaning, StopWords, folded

OPT_OUTS = {
    "English": (
        "STOP", "Stop.", '"STOP"', "“Stop”", "s t o p", "STOP!!!", "stop 🙏🏽", "\u200eSTOP\u200f",
        "ＳＴＯＰ", "𝐒𝐓𝐎𝐏", "Stop all", "STOPALL", "opt-out", "Opt out.", "optout", "Unsubscribe",
        "un-subscribe", "QUIT", "END.", "cancel", "Revoke", "remove", "Stóp", "(STOP)", "STOP ™️",
    ),
    "French": ("ARRET", "Arrêt", "arrêter", "Désabonnement", "STOP SMS", "« Stop »"),
    "German": ("Stopp", "STOPP!", "Abmelden", "abbestellen", "keine SMS mehr", "Widerruf"),
    "Spanish": ("BAJA", "¡Baja!", "dar de baja", "Cancelar", "parar"),
    "Portuguese": ("SAIR", "sair.", "Parar", "descadastrar"),
    "Polish": ("Rezygnuję", "WYPISZ", "wypisz mnie"),
    "Turkish": ("RET", "İptal", "iptal", "abonelikten çık"),
    "Russian": ("СТОП", "Стоп!", "отписаться", "Отписка"),
    "Chinese": ("退订", "退訂。", "TD"),
}  # fmt: skip
SIMILAR = (
    "please stop texting me", "don't stop", "STOP 12345", "Stop please", "take me off your list",
    "Bitte keine SMS mehr schicken", "ne m'envoyez plus rien svp", "no me envíen más mensajes",
    "请不要再发了", "wrong number", "Stop sending me these every single morning, thanks",
)  # fmt: skip
ORDINARY = (
    "see you at the bus stop", "The show must not end like this, I think", "Yes", "No", "OK 👍", "",
    "   ", "!!!", "👍", "Thanks!", "Who is this?", "start the car", "1", "Call me", "I'm on my way",
    "Ich komme zur Haltestelle am Bahnhof", "Non merci", "Ende der Woche passt gut, danke sehr dir",
    "Mañana a las 9", "Fim de semana está bom para nós dois", "Do widzenia", "Tamam", "Хорошо",
    "明天见", "unstoppable", "nonstop", "Where do you send it?", "cancelled flights are the worst",
    "Kann man hier parken? Wo ist der Eingang?", "quitte à choisir, le bleu",
)  # fmt: skip


def opts_out(text: str) -> bool:
    word = StopWords(None).meaning(text)
    return word is not None and word.meaning is Meaning.STOP


def test_the_table_is_large_enough() -> None:
    assert sum(map(len, OPT_OUTS.values())) >= 60
    assert len(OPT_OUTS) >= 8
    assert len((*SIMILAR, *ORDINARY)) >= 40


@pytest.mark.parametrize("text", [each for texts in OPT_OUTS.values() for each in texts])
def test_an_opt_out_is_understood_as_people_write_it(text: str) -> None:
    assert opts_out(text)


@pytest.mark.parametrize("text", [*SIMILAR, *ORDINARY])
def test_an_ordinary_reply_does_not_opt_out(text: str) -> None:
    assert not opts_out(text)


@pytest.mark.parametrize("text", SIMILAR)
def test_a_reply_that_looks_like_an_opt_out_is_told_apart(text: str) -> None:
    word = StopWords(None).meaning(text)
    assert word is not None
    assert word.meaning is Meaning.SIMILAR


@pytest.mark.parametrize("text", ORDINARY)
def test_an_ordinary_reply_looks_like_nothing(text: str) -> None:
    assert StopWords(None).meaning(text) is None


def test_a_word_that_was_replaced_still_looks_like_an_opt_out() -> None:
    word = StopWords(["=NOSMS"]).meaning("Stop")
    assert word is not None
    assert word.meaning is Meaning.SIMILAR


def test_a_given_word_without_letters_is_that_alone() -> None:
    words = StopWords(["🛑"])
    assert words.meaning("🛑") is not None
    assert words.meaning("👍") is None
    assert words.meaning("") is None


@given(st.text())
def test_no_text_opts_out_that_has_none_of_the_words(text: str) -> None:
    words = StopWords(["=zzz"])
    found = words.meaning(text)
    assert found is None or found.meaning is not Meaning.STOP or "z" in text.casefold()


NOISE = st.text(st.sampled_from(" .,!?'\"…-–\t\n\u200b\u200e\ufe0f👍🙏🏽❤"), max_size=4)


@given(st.sampled_from(["stop", "Arrêt", "退订", "СТОП"]), NOISE, NOISE, NOISE)
def test_what_is_no_letter_does_not_count(word: str, before: str, within: str, after: str) -> None:
    assert opts_out(f"{before}{word[0]}{within}{word[1:]}{after}")


@given(st.text(st.characters(codec="ascii")))
def test_ascii_is_compared_as_all_other_texts(text: str) -> None:
    assert folded(f"{text}é").removesuffix("e") in (folded(text), "")
