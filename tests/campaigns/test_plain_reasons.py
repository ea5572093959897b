"""Why a message failed is told in plain words, where it is known what a code means."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsgw_cli.campaigns.plain_reasons import plain_reason
from smsgw_cli.campaigns.result_codes import BY_NAME, SMS, WHATSAPP
from smsgw_cli.sandbox.magic import PHONE_ERRORS

AIRPLANE = "radio off: airplane mode"
NO_SERVICE = "no service: the phone has no mobile network"
TOO_MANY = "limit exceeded: more than 30 parts a minute on Android"
WINDOW = "WhatsApp: no reply in 24 hours, so only a template can be sent"


def told(response: object, type: str = "SMS", messenger: str | None = "Sim #1") -> str | None:
    message = {"status": "Failed", "response": response, "type": type, "messenger": messenger}
    return plain_reason(message)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("RESULT_ERROR_RADIO_OFF", AIRPLANE),
        ("Radio off", AIRPLANE),
        (2, AIRPLANE),
        ("SmsManager.RESULT_ERROR_NO_SERVICE (4)", NO_SERVICE),
        ("No service.", NO_SERVICE),
        ("Error code: 4", NO_SERVICE),
        ("ERROR_LIMIT_EXCEEDED", TOO_MANY),
        ("RESULT_RIL_SIM_ABSENT", "no active SIM in the phone"),
        ("120", "no active SIM in the phone"),
        ("MMS_ERROR_DATA_DISABLED", "mobile data is off, but MMS needs it"),
        ("RESULT_OF_TOMORROW", "RESULT_OF_TOMORROW"),
        ("Reason 4", "Reason 4"),
        ("99", "99"),
        ("No credit left", "No credit left"),
    ],
)
def test_what_a_phone_says(said: object, words: str) -> None:
    assert told({"error": said}) == words
    assert told(said) == words
    assert told({"error": {"code": said}}, messenger=None) == words


@pytest.mark.parametrize(
    ("response", "words"),
    [
        ({"error": {"code": 131047, "message": "Nachricht abgelehnt"}}, WINDOW),
        ({"errors": [{"code": 131047, "title": "x"}]}, WINDOW),
        ({"error": "(#131047) Re-engagement message"}, WINDOW),
        ("Re-engagement message", WINDOW),
        ({"error": "RESULT_ERROR_RADIO_OFF"}, AIRPLANE),
        ({"error": 4}, "WhatsApp: too many messages in a short time"),
        ({"error": {"message": "Something else", "code": 9}}, "Something else"),
    ],
)
def test_what_whatsapp_says(response: object, words: str) -> None:
    assert told(response, "WhatsApp", "Sender ID #2") == words


@pytest.mark.parametrize("said", ["4", "Cancelled", "Message undeliverable", "Access denied"])
def test_what_another_server_says_is_not_taken_for_the_word_of_a_phone(said: str) -> None:
    assert told({"error": said}, messenger="Sender ID #7") == said


def test_nothing_is_told_of_what_did_not_fail() -> None:
    assert plain_reason({"status": "Delivered", "response": {"error": "4"}}) is None


def test_every_code_has_words_and_every_value_is_of_one_constant() -> None:
    words = [words for _, words in (*SMS.values(), *WHATSAPP.values())] + list(BY_NAME.values())
    assert all(len(each) < 72 for each in words), max(words, key=len)
    values = [value for value, _ in SMS.values()]
    assert sorted(values) == [*range(1, 34), *range(100, 138)]
    for error in PHONE_ERRORS:
        assert told({"error": error}) != error


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["code", "error", "x"]), inner),
)


@given(JSON, st.sampled_from(["SMS", "WhatsApp", "MMS"]), st.sampled_from(["Sim #1", None]))
def test_whatever_a_server_says_is_text(response: object, type: str, messenger: str | None) -> None:
    assert isinstance(told(response, type, messenger), str)
