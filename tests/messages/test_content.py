"""A message says what its sender meant, or is refused before anything is sent."""

from pathlib import Path

import pytest

from smsgw_cli.sandbox.server import Gateway
from tests.conftest import Run

TO = "--to +12025550123"
TOO_LONG = "a" * 153 * 255 + "a"
EVERY_WAY = ["messages send", "messages send --dry-run", "messages preview"]
IMAGE = "https://example.com/a.jpg"


def sends(server: Gateway) -> int:
    return sum(path.endswith("/send") for _, path, _ in server.requests)


@pytest.mark.parametrize("way", EVERY_WAY)
def test_more_parts_than_an_sms_may_have_are_refused(run: Run, server: Gateway, way: str) -> None:
    refused = run(f"{way} {TO} --message-file -", code=2, input=TOO_LONG)
    assert "the message has 256 parts, and an SMS has at most 255" in refused.stderr
    assert sends(server) == 0


@pytest.mark.parametrize("way", EVERY_WAY)
def test_a_row_with_too_many_parts_is_named(run: Run, server: Gateway, way: str) -> None:
    Path("a.csv").write_text(f"number,text\n+12025550123,Hi\n+12025550124,{TOO_LONG}\n")
    refused = run(f"{way} --csv a.csv -m {{text}} -o json", code=2)
    assert refused.error["errors"] == {
        "row 3": ["the message has 256 parts, and an SMS has at most 255"]
    }
    assert sends(server) == 0


def test_what_is_no_sms_has_no_limit_of_parts(run: Run, server: Gateway) -> None:
    run(f"messages send {TO} --type WhatsApp --message-file -", input=TOO_LONG)
    run(f"messages send {TO} --attachment {IMAGE} --message-file -", input=TOO_LONG)
    assert sends(server) == 2


@pytest.mark.parametrize("way", EVERY_WAY)
@pytest.mark.parametrize("option", ["-m", "--csv a.csv -m"])
def test_text_that_is_not_utf_8_is_refused_the_same_way(
    run: Run, server: Gateway, way: str, option: str
) -> None:
    Path("a.csv").write_text("number\n+12025550123\n")
    to = "" if "--csv" in option else TO
    refused = run(f"{way} {to} {option}", "caf\udce9", code=2)
    assert "error: --message is not UTF-8 text: 'caf\\udce9'" in refused.stderr
    Path("a.txt").write_bytes(b"caf\xe9")
    from_file = option.replace("-m", "--message-file a.txt")
    assert "a.txt is not UTF-8 text" in run(f"{way} {to} {from_file}", code=2).stderr
    assert sends(server) == 0


@pytest.mark.parametrize("way", EVERY_WAY)
def test_half_a_character_of_a_file_is_refused(run: Run, server: Gateway, way: str) -> None:
    Path("a.csv").write_text("number,name\n+-12025550123,A+2D0-\n")
    line = f"{way} --csv a.csv --encoding utf-7 -m 'Hi {{name}}' -o json"
    refused = run(line, code=2).error
    assert refused["errors"] == {
        "row 2": ["the message has an unpaired surrogate, U+D83D, which cannot be sent"]
    }
    assert sends(server) == 0


@pytest.mark.parametrize("way", EVERY_WAY)
def test_an_attachment_makes_an_mms_and_it_is_said(run: Run, server: Gateway, way: str) -> None:
    shown = run(f"{way} {TO} -m Photo --attachment {IMAGE} -o json")
    assert "note: sent as an MMS, as an SMS has no attachments" in shown.stderr
    if way == "messages send":
        (campaign,) = server.store.rows("campaigns")
        assert (campaign["type"], campaign["attachments"]) == ("MMS", f'["{IMAGE}"]')
    else:
        assert shown.json.get("body", shown.json)["type"] == "MMS"


def test_a_given_type_is_kept_with_an_attachment(run: Run, server: Gateway) -> None:
    sent = run(f"messages send {TO} --dry-run --type whatsapp --attachment {IMAGE} -o json")
    assert sent.json["body"]["type"] == "WhatsApp"
    assert "MMS" not in sent.stderr
    sent = run(f"messages send {TO} --dry-run -m Hi --type sms --attachment {IMAGE} -q")
    assert sent.json["body"]["type"] == "SMS"
    assert "warning: an SMS has no attachments, so they are lost" in sent.stderr


def test_a_mailing_with_attachments_is_of_mms(run: Run, server: Gateway) -> None:
    Path("a.csv").write_text("number\n+12025550123\n")
    run(f"messages send --csv a.csv -m Hi --attachment {IMAGE}")
    (campaign,) = server.store.rows("campaigns")
    assert campaign["type"] == "MMS"


@pytest.mark.parametrize(
    "attachment",
    [
        *("a.jpg", "./a.jpg", "/tmp/a.jpg", "C:\\a.jpg", "file:///tmp/a.jpg", "~/a.jpg", ""),
        *("example.com/a.jpg", "http://", "https:///a.jpg", "https://example.com/a.jpg\r"),
        *("data:image/png;base64,AAAA", "https://example.com/my photo.jpg", "https://[::1/a.jpg"),
    ],
)
@pytest.mark.parametrize("way", EVERY_WAY)
def test_an_attachment_that_no_phone_can_download_is_refused(
    run: Run, server: Gateway, way: str, attachment: str
) -> None:
    Path("a.jpg").touch()
    refused = run(f"{way} {TO} -m Hi --attachment", attachment, code=2)
    assert "is not a web address" in refused.stderr
    assert "give its URL" in refused.stderr
    assert server.requests == []


@pytest.mark.parametrize("way", EVERY_WAY)
@pytest.mark.parametrize(
    ("text", "is_noted"),
    [
        (r"one\ntwo", True),
        (r"one\r\ntwo", True),
        ("one\ntwo", False),
        (r"one\\ntwo", False),
        (r"a\b", False),
    ],
)
def test_a_line_break_in_letters_is_noted_and_sent_as_it_is(
    run: Run, server: Gateway, way: str, text: str, is_noted: bool
) -> None:
    shown = run(f"{way} {TO} -m", text)
    assert (r"note: \n is sent literally" in shown.stderr) == is_noted
    if way == "messages send":
        assert server.store.rows("messages")[0]["content"] == text


def test_a_line_break_in_letters_is_noted_for_a_mailing_but_not_of_a_file(
    run: Run, server: Gateway
) -> None:
    Path("a.csv").write_text("number\n+12025550123\n")
    Path("a.txt").write_text(r"C:\new")
    assert r"\n is sent literally" in run("messages send --csv a.csv -m", r"a\nb").stderr
    assert r"\n is sent" not in run(f"messages send {TO} --message-file a.txt").stderr
