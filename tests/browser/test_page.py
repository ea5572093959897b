"""What people do on the page, in a browser."""

import json
import os
import re
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from smsgw_cli.sandbox.inputs import TRIMMED
from smsgw_cli.sandbox.instants import SECOND
from smsgw_cli.sandbox.server import Gateway
from smsgw_cli.sms import gsm7
from smsgw_cli.sms.parts import encoding_of, split
from tests.browser.conftest import LIVE, Sandbox, Start
from tests.browser.hostile import TEXTS
from tests.terminal import PROGRAM

ANN, BEN = "+12025550123", "+12025550124"
MANY = 10_000


Measured = Callable[[str, float], None]


@pytest.fixture
def measured() -> Measured:
    """Prints how long something took that began then; nothing depends on it."""
    return lambda what, began: print(f"{what}: {time.monotonic() - began:.3f} s")


def shown(page: Any, testid: str) -> Any:
    return page.get_by_test_id(testid)


def chat(sandbox: Sandbox, number: str = ANN, **context: Any) -> Any:
    return sandbox.open(f"messages/{quote(number, safe='')}", **context)


def wait_for_text(page: Any, testid: str, text: str) -> Any:
    """The first element of this id with a text in it, once it is there."""
    found = shown(page, testid).filter(has_text=text).first
    found.wait_for()
    return found


def eventually(page: Any, condition: Callable[[], bool]) -> None:
    """Wait for what the browser does not know."""
    for _ in range(200):
        if condition():
            return
        page.wait_for_timeout(100)
    raise AssertionError("it never came true")


def test_the_token_is_taken_out_of_the_address(sandbox: Sandbox) -> None:
    page = sandbox.open()
    assert sandbox.gateway.token not in page.url
    assert page.evaluate("history.length") <= 2
    page.reload()
    page.locator(LIVE).wait_for()


def test_a_wrong_token_can_be_corrected(sandbox: Sandbox) -> None:
    page = sandbox.new_context().new_page()
    page.goto(f"{sandbox.gateway.url}/__sandbox/#wrong")
    wait_for_text(page, "signin", "not the gateway’s")
    shown(page, "token").fill(sandbox.gateway.token)
    shown(page, "signin-button").click()
    shown(page, "list-empty").wait_for()
    assert not shown(page, "signin").is_visible()
    assert sandbox.gateway.token not in page.url


def test_a_message_appears_as_it_arrives(sandbox: Sandbox, measured: Measured) -> None:
    page = sandbox.open()
    began = time.monotonic()
    sandbox.receive("Is this seat taken?")
    wait_for_text(page, "conversation", "Is this seat taken?")
    measured("seconds", began)
    assert page.title() == "(1) smsgw sandbox"
    shown(page, "conversation").click()
    wait_for_text(page, "message", "Is this seat taken?")
    assert page.title() == "smsgw sandbox"
    sandbox.receive("Hello?")
    wait_for_text(page, "message", "Hello?")


def test_a_message_lives_before_ones_eyes(sandbox: Sandbox) -> None:
    page = chat(sandbox)
    page.evaluate(
        """() => {
          window.seen = [];
          new MutationObserver(() => {
            const status = document.querySelector("[data-testid=status]");
            if (status && window.seen.at(-1) !== status.textContent)
              window.seen.push(status.textContent);
          }).observe(document.getElementById("bubbles"), {childList: true, subtree: true});
        }"""
    )
    sandbox.send("Your code is 482913", delivery_report=True)
    eventually(page, lambda: page.evaluate("window.seen.at(-1) === 'Delivered'"))
    seen = page.evaluate("window.seen")
    assert seen == ["Pending", "Queued", "Processed", "Sent", "Delivered"]
    shown(page, "details").click()
    facts = shown(page, "facts").inner_text()
    assert all(step in facts for step in seen)
    assert "19 of 160 septets" in facts


def test_a_failure_says_why(sandbox: Sandbox) -> None:
    sandbox.send("Hi", "+12025550199")
    page = chat(sandbox, "+12025550199")
    wait_for_text(page, "reason", "The phone had no network")


def test_a_reply_arrives_in_messages_tail(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SMSGW_SERVER", sandbox.gateway.url)
    monkeypatch.setenv("SMSGW_TOKEN", sandbox.gateway.token)
    sandbox.send("See you at eight?")
    page = chat(sandbox)
    line = [*PROGRAM, "messages", "tail", "--status", "received", "--since", "1h", "-o", "ndjson"]
    with subprocess.Popen(line, stdout=subprocess.PIPE, text=True) as tail:
        assert tail.stdout
        shown(page, "reply").fill("Yes, at eight")
        page.keyboard.press("Enter")
        received = json.loads(tail.stdout.readline())
        tail.terminate()
    assert (received["from"], received["content"]) == (ANN, "Yes, at eight")


def test_a_reply_arrives_in_the_api(sandbox: Sandbox) -> None:
    sandbox.send("See you at eight?", sims=[2])
    page = chat(sandbox)
    shown(page, "message").wait_for()
    assert shown(page, "reply-sim").input_value() == "2"
    page.keyboard.press("r")
    page.keyboard.type("Yes, at eight")
    assert "13 of 160 · 1 part · GSM-7" in shown(page, "reply-count").inner_text()
    page.keyboard.press("Enter")
    wait_for_text(page, "message", "Yes, at eight")
    [received] = sandbox.api("GET", "/messages?statuses[0]=Received")["data"]
    assert (received["from"], received["content"]) == (ANN, "Yes, at eight")
    assert received["to"] == "+12025550142"
    assert shown(page, "reply").input_value() == ""


def test_anybody_can_write_in(sandbox: Sandbox) -> None:
    page = sandbox.open()
    shown(page, "list-empty").wait_for()
    page.keyboard.press("n")
    shown(page, "write-from").fill("+447700900123")
    shown(page, "write-sim").select_option("3")
    shown(page, "write-text").fill("Is the shop open?")
    shown(page, "write-send").click()
    wait_for_text(page, "message", "Is the shop open?")
    [received] = sandbox.api("GET", "/messages?statuses[0]=Received")["data"]
    assert (received["from"], received["to"]) == ("+447700900123", "+12025550143")


def test_a_code_is_copied(sandbox: Sandbox) -> None:
    sandbox.receive("Your code: 482913, not 1234567890 nor 2026-11-27 nor +12025550123 nor 12.5000")
    page = chat(sandbox, permissions=["clipboard-read", "clipboard-write"])
    shown(page, "code").wait_for()
    assert shown(page, "code").all_inner_texts() == ["482913"]
    shown(page, "copy-code").click()
    wait_for_text(page, "toast", "Copied")
    assert page.evaluate("navigator.clipboard.readText()") == "482913"


def test_what_forces_ucs_2_is_named(sandbox: Sandbox) -> None:
    sandbox.receive("We’re open" + " until late" * 6)
    page = chat(sandbox)
    wait_for_text(page, "encoding", "UCS-2 because of ’ (U+2019)")
    wait_for_text(page, "parts", "2 parts")


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.text(st.sampled_from([*sorted(gsm7.ALL), "’", "😊", "é", "\u0301"]), max_size=340)
    | st.text(st.sampled_from("xж😊🇩🇪👩🏽\u200d\ufe0f\u0301"), min_size=70, max_size=340)
    | st.text(max_size=80).filter(lambda text: text.isprintable())
    | st.text(st.sampled_from(sorted(gsm7.EXTENSION)), min_size=70, max_size=160)
)
def test_parts_are_counted_as_everywhere_else(counting: Any, text: str) -> None:
    found = counting.evaluate("text => segments(text)", text)
    assert (found["encoding"], found["parts"]) == (encoding_of(text).name, len(split(text)))


@pytest.fixture
def counting(sandbox: Sandbox) -> Any:
    return sandbox.open()


def test_a_search_is_shown_with_its_words_and_place(sandbox: Sandbox) -> None:
    for index in range(120):
        sandbox.receive(f"number {index}")
    sandbox.receive("Hi", sender=BEN)
    page = sandbox.open()
    page.keyboard.press("/")
    page.keyboard.type('from:0123 "number 17"')
    found = wait_for_text(page, "conversation", "number 17")
    eventually(page, lambda: shown(page, "conversation").count() == 1)
    found.click()
    message = wait_for_text(page, "message", "number 17")
    assert message.locator("mark").inner_text() == "number 17"
    assert shown(page, "message").last.inner_text().startswith("number 17")
    shown(page, "latest").click()
    wait_for_text(page, "message", "number 119")
    page.keyboard.press("/")
    page.keyboard.press("Escape")
    eventually(page, lambda: shown(page, "conversation").count() == 2)


def test_a_reader_is_not_disturbed(start: Start) -> None:
    sandbox = start(speed=1_000_000)
    for index in range(120):
        sandbox.receive(f"number {index}")
    page = chat(sandbox)
    wait_for_text(page, "message", "number 119")
    scroll = page.locator("#chat-scroll")
    scroll.evaluate("element => { element.scrollTop = 0; }")
    eventually(page, lambda: shown(page, "message").count() >= 100)
    page.wait_for_timeout(200)
    shown(page, "details").nth(20).click()
    shown(page, "facts").wait_for()
    before = scroll.evaluate("element => element.scrollTop")
    sandbox.send("News", *(f"+1303{index:07}" for index in range(1_000)))
    sandbox.receive("number 120")
    wait_for_text(page, "conversation", "News")
    wait_for_text(page, "conversation", "number 120")
    eventually(page, lambda: shown(page, "message").last.inner_text().startswith("number 120"))
    assert scroll.evaluate("element => element.scrollTop") == before
    assert shown(page, "facts").count() == 1


def test_everything_is_reached_by_keyboard(sandbox: Sandbox) -> None:
    for index in range(3):
        sandbox.receive("Hi", sender=f"+1202555{index:04}")
    page = sandbox.open()
    shown(page, "conversation").first.wait_for()
    numbers = []
    for key in "jjjjk":
        page.keyboard.press(key)
        page.wait_for_timeout(50)
        wait_for_text(page, "chat-number", "+1")
        numbers.append(shown(page, "chat-number").inner_text()[-1])
    assert numbers == ["2", "1", "0", "0", "1"]
    page.keyboard.press("r")
    page.keyboard.type("jk?")
    assert shown(page, "reply").input_value() == "jk?"
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    eventually(page, lambda: not shown(page, "chat-number").is_visible())
    page.keyboard.press("?")
    shown(page, "keys-dialog").wait_for()
    page.keyboard.press("Escape")
    assert not shown(page, "keys-dialog").is_visible()
    for index, tab in enumerate(("messages", "phones", "campaigns", "requests", "faults")):
        page.keyboard.press(str(index + 1))
        page.locator(f"[data-testid=tab-{tab}][aria-current=page]").wait_for()


def test_phones_are_steered(sandbox: Sandbox) -> None:
    page = sandbox.open("phones")
    phone = shown(page, "phone").first
    phone.get_by_test_id("phone-enabled").uncheck()
    phone.get_by_test_id("key-battery").fill("8")
    phone.get_by_test_id("key-signal").first.fill("1")
    phone.get_by_test_id("sim-active").nth(1).uncheck()

    def is_changed() -> bool:
        [device] = [each for each in sandbox.api("GET", "/devices")["data"] if each["id"] == 1]
        first, second = device["sims"]
        return (
            (device["enabled"], device["battery"]) == (False, 8)
            and first["signal_strength"] == 1
            and not second["active"]
        )

    eventually(page, is_changed)


def test_the_answer_to_a_ussd_code_is_shown(sandbox: Sandbox) -> None:
    sandbox.api("POST", "/ussd-pulls/send", {"ussd_codes": ["*123#"], "sims": [1]})
    page = sandbox.open("phones")
    shown(page, "ussd").locator("summary").click()
    wait_for_text(page, "ussd", "*123#")
    eventually(page, lambda: "Completed" in shown(page, "ussd").inner_text())


def test_the_clock_is_moved_and_a_campaign_comes_due(sandbox: Sandbox) -> None:
    sandbox.send("Good morning", name="Daily", recurring=True, frequency=1, frequency_unit="day")
    page = sandbox.open("campaigns")
    wait_for_text(page, "schedule", "every day")
    shown(page, "next-run").click()
    page.locator("#clock-ahead").wait_for()
    eventually(page, lambda: bool(sandbox.api("GET", "/messages")["meta"]["total"] == 2))
    shown(page, "campaigns-hour").click()
    wait_for_text(page, "clock", "+1 d")
    shown(page, "clock").click()
    shown(page, "clock-real").click()
    eventually(page, lambda: "+" not in shown(page, "clock").inner_text())
    page.keyboard.press("Escape")
    shown(page, "campaign-messages").first.click()
    wait_for_text(page, "conversation", "Good morning")
    assert shown(page, "search").input_value() == "campaign:1"


def test_the_phones_are_made_faster(sandbox: Sandbox) -> None:
    page = sandbox.open()
    shown(page, "clock").click()
    shown(page, "speed").select_option("1000")
    eventually(page, lambda: "speed" in sandbox.gateway.store.entries())
    assert sandbox.gateway.store.entries()["speed"].value == 1000


def test_requests_are_shown_as_they_come(sandbox: Sandbox) -> None:
    page = sandbox.open("requests")
    sandbox.send("It's me")
    shown(page, "request").filter(has_text="/api/v1/messages/send").wait_for()
    shown(page, "request-open").first.click()
    command = shown(page, "curl").inner_text()
    assert f"{sandbox.gateway.url}/api/v1/messages/send" in command
    assert "$TOKEN" in command
    assert sandbox.gateway.token not in page.content()
    shown(page, "requests-filter").fill("GET 404")
    eventually(page, lambda: shown(page, "request").count() == 0)


def test_faults_are_switched(sandbox: Sandbox) -> None:
    page = sandbox.open("faults")
    shown(page, "preset").first.check()
    wait_for_text(page, "active-fault", "503 POST /messages/send times=1")
    shown(page, "fault").fill("boom")
    shown(page, "fault-add").click()
    wait_for_text(page, "fault-error", "boom")
    shown(page, "fault").fill("504 GET /devices")
    shown(page, "fault-add").click()
    wait_for_text(page, "active-fault", "504 GET /devices")
    assert shown(page, "fault-error").inner_text() == ""
    shown(page, "preset").first.uncheck()
    eventually(page, lambda: shown(page, "active-fault").count() == 1)
    shown(page, "fault-remove").click()
    eventually(page, lambda: shown(page, "active-fault").count() == 0)
    assert sandbox.send("Hi")["id"]


def test_the_sandbox_is_emptied(sandbox: Sandbox) -> None:
    sandbox.receive("Hi")
    page = chat(sandbox)
    wait_for_text(page, "message", "Hi")
    shown(page, "menu").click()
    shown(page, "empty").click()
    wait_for_text(page, "empty-dialog", "1 message")
    shown(page, "empty-do").click()
    shown(page, "list-empty").wait_for()
    assert sandbox.api("GET", "/messages")["data"] == []
    sandbox.receive("Again")
    wait_for_text(page, "conversation", "Again")


def test_everything_is_exported(sandbox: Sandbox) -> None:
    sandbox.receive("Hi")
    page = sandbox.open()
    shown(page, "menu").click()
    with page.expect_download() as download:
        shown(page, "export").click()
    found = json.loads(Path(download.value.path()).read_text())
    assert [each["text"] for each in found["messages"]] == ["Hi"]


def test_two_tabs_show_the_same(sandbox: Sandbox) -> None:
    first = chat(sandbox)
    second = first.context.new_page()
    second.goto(f"{sandbox.gateway.url}/__sandbox/#/messages/{quote(ANN)}")
    shown(second, "reply").fill("from the second")
    second.keyboard.press("Enter")
    for page in (first, second):
        wait_for_text(page, "message", "from the second")
    shown(first, "menu").click()
    shown(first, "empty").click()
    shown(first, "empty-do").click()
    for page in (first, second):
        eventually(page, lambda page=page: shown(page, "message").count() == 0)  # type: ignore[misc]


def test_a_page_goes_on_after_the_gateway_was_away(sandbox: Sandbox) -> None:
    sandbox.receive("before")
    page = chat(sandbox)
    wait_for_text(page, "message", "before")
    port = int(sandbox.gateway.url.rpartition(":")[2])
    sandbox.gateway.stop()
    wait_for_text(page, "connection", "Reconnecting")
    sandbox.receive("while it was away")
    sandbox.gateway = Gateway(
        type(sandbox.gateway.settings)(sandbox.gateway.settings.db, port=port)
    )
    sandbox.gateway.start()
    try:
        wait_for_text(page, "message", "while it was away")
        wait_for_text(page, "connection", "Live")
        sandbox.receive("after")
        wait_for_text(page, "message", "after")
        shown(page, "reply").fill("the page is signed in again")
        page.keyboard.press("Enter")
        wait_for_text(page, "message", "the page is signed in again")
    finally:
        page.context.close()
        sandbox.gateway.stop()
        sandbox.troubles[:] = [each for each in sandbox.troubles if "ERR_" not in each]


def test_a_hidden_tab_catches_up(sandbox: Sandbox) -> None:
    page = chat(sandbox)
    shown(page, "chat-number").wait_for()
    page.evaluate("stopListening()")
    sandbox.receive("unheard")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    wait_for_text(page, "message", "unheard")


@pytest.fixture
def many(start: Start, tmp_path: Path) -> Sandbox:
    """A gateway with ten thousand messages: half of them with one person."""
    sandbox = start()
    store = sandbox.gateway.store
    now = int(time.time()) * SECOND
    times = dict.fromkeys(("sent_at", "queued_at", "processed_at", "transmitted_at", "done_at"))
    with store.writing():
        for index in range(MANY):
            number = ANN if index % 2 else f"+1303{index:07}"
            at = now - (MANY - index) * SECOND
            message = {
                **dict.fromkeys(times, at),
                "sim_id": 1,
                "from_number": number,
                "to_number": "+12025550141",
                "content": f"message {index} of many",
                "type": "SMS",
                "attachments": "[]",
                "outcome": "Received",
            }
            store.insert("messages", message)
    return sandbox


def test_ten_thousand_messages_stay_usable(many: Sandbox, measured: Measured) -> None:
    began = time.monotonic()
    page = many.open()
    wait_for_text(page, "conversation", "message 9999 of many")
    measured("first_list", began)
    assert shown(page, "conversation").count() <= 100
    scroll = "element => { element.scrollTop = element.scrollHeight; }"
    before = shown(page, "conversation").count()
    page.locator("#list-scroll").evaluate(scroll)
    eventually(page, lambda: shown(page, "conversation").count() > before)

    began = time.monotonic()
    many.go(page, f"messages/{quote(ANN)}")
    wait_for_text(page, "message", "message 9999 of many")
    measured("conversation", began)
    for _ in range(5):
        before = shown(page, "message").count()
        page.locator("#chat-scroll").evaluate("element => { element.scrollTop = 0; }")
        eventually(page, lambda before=before: shown(page, "message").count() > before)  # type: ignore[misc]
    assert shown(page, "message").count() <= 600

    began = time.monotonic()
    shown(page, "search").fill("1234")
    wait_for_text(page, "conversation", "message 1234 of many")
    measured("search", began)
    shown(page, "search").fill("")

    began = time.monotonic()
    many.receive("one more")
    wait_for_text(page, "conversation", "one more")
    measured("arrival", began)


def test_a_large_campaign_is_shown_while_it_runs(start: Start) -> None:
    sandbox = start(speed=1_000_000)
    page = sandbox.open()
    shown(page, "list-empty").wait_for()
    numbers = [f"+1303{index:07}" for index in range(2_000)]
    sandbox.send("News", *numbers, delivery_report=True)
    wait_for_text(page, "conversation", "News")
    page.keyboard.press("3")
    wait_for_text(page, "campaign", "Delivered")


def naughty() -> list[str]:
    """Further texts, from the file that is named (npm: big-list-of-naughty-strings)."""
    path = os.environ.get("NAUGHTY_STRINGS")
    return [text for text in json.loads(Path(path).read_text()) if text.strip()] if path else []


WRITTEN = """element => {
  const copy = element.cloneNode(true);
  for (const unseen of copy.querySelectorAll(".invisible"))
    unseen.textContent = String.fromCodePoint(parseInt(unseen.textContent.slice(2), 16));
  return copy.textContent;
}"""


def test_hostile_texts_stay_texts(sandbox: Sandbox) -> None:
    """In every field that anybody can fill in; `troubles` has what they caused."""
    found = [*TEXTS, *naughty()]
    page = sandbox.open(viewport={"width": 1280, "height": 900})
    for text in found:
        sandbox.receive(text)
        sandbox.receive("Hi", sender=text[:100])
    page.wait_for_timeout(500)
    for _ in range(len(found) // 25):
        page.locator("#list-scroll").evaluate("e => { e.scrollTop = e.scrollHeight; }")
        page.wait_for_timeout(100)

    sandbox.go(page, f"messages/{quote(ANN)}")
    shown(page, "message").first.wait_for()
    while shown(page, "earlier").is_visible():
        page.locator("#chat-scroll").evaluate("e => { e.scrollTop = 0; }")
        page.wait_for_timeout(100)
    for button in shown(page, "show-all").all():
        button.click()
    for button in shown(page, "details").all()[:80]:
        button.click()
    wait_for_text(page, "message", TEXTS[0])
    written = [each.evaluate(WRITTEN) for each in shown(page, "text").all()]
    assert written == found
    assert page.evaluate("window.pwned") is None


def test_hostile_names_and_requests_stay_texts(sandbox: Sandbox) -> None:
    page = sandbox.open()
    for text in TEXTS:
        name = text[:200]
        if name.strip(TRIMMED):
            sandbox.api("PUT", "/devices/1", {"name": name})
            sandbox.send(name, name=name)
    with sandbox.gateway.store.writing():
        sandbox.gateway.store.connection.execute(
            "UPDATE sims SET label = ?, name = ?, number = ?, carrier = ?", TEXTS[:4]
        )
        sandbox.gateway.store.connection.execute(
            "UPDATE messages SET attachments = ?, type = 'MMS', error = ?, outcome = 'Failed' "
            "WHERE id % 2",
            (json.dumps(TEXTS[:30]), TEXTS[2]),
        )
    for view in ("phones", "campaigns", "requests", "faults", f"messages/{quote(ANN)}"):
        sandbox.go(page, view)
        page.wait_for_timeout(300)
    assert shown(page, "message").count() > 20
    for link in shown(page, "attachment").all():
        assert re.match("https?://", link.get_attribute("href"))
    for text in TEXTS[:8]:
        shown(page, "search").fill(text)
        page.wait_for_timeout(200)
        sandbox.go(page, f"messages?q={quote(text)}")
        sandbox.go(page, f"messages/{quote(text, safe='')}/{quote(text, safe='')}")
        page.wait_for_timeout(50)
    assert page.evaluate("window.pwned") is None


def test_what_is_longer_than_the_window_can_be_scrolled(sandbox: Sandbox) -> None:
    for _ in range(40):
        sandbox.api("GET", "/devices")
        sandbox.gateway.faults.add("503 GET /nothing")
    page = sandbox.open("requests")
    for view, testid in (("requests", "request"), ("faults", "active-fault")):
        sandbox.go(page, view)
        last = shown(page, testid).nth(39)
        last.scroll_into_view_if_needed()
        box = last.bounding_box()
        assert box["y"] + box["height"] <= 720
        assert last.evaluate("e => e.parentElement.scrollHeight - e.parentElement.clientHeight") < 2


@pytest.mark.parametrize("width", [360, 768, 1024, 1600])
def test_nothing_is_wider_than_the_window(sandbox: Sandbox, width: int) -> None:
    sandbox.receive("A" * 400)
    sandbox.send("B" * 400, "+12025550199", name="C" * 200)
    page = chat(sandbox, viewport={"width": width, "height": 740})
    wait_for_text(page, "message", "A")
    shown(page, "details").first.click()
    for view in (None, "messages", "phones", "campaigns", "requests", "faults"):
        if view:
            sandbox.go(page, view)
            page.wait_for_timeout(200)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert (
            page.evaluate(
                "[...document.querySelectorAll('main *')].filter(e => e.offsetParent && "
                "e.getBoundingClientRect().right > innerWidth + 1).map(e => e.className)"
            )
            == []
        )


def test_a_phone_shows_the_list_or_a_conversation(sandbox: Sandbox) -> None:
    sandbox.receive("Hi")
    page = sandbox.open(viewport={"width": 360, "height": 700})
    wait_for_text(page, "conversation", "Hi").click()
    wait_for_text(page, "message", "Hi")
    assert not shown(page, "search").is_visible()
    shown(page, "back").click()
    shown(page, "search").wait_for()
    assert not shown(page, "chat").is_visible()


def test_nothing_moves_for_those_who_do_not_want_it(sandbox: Sandbox) -> None:
    page = chat(sandbox, reduced_motion="reduce")
    shown(page, "chat-number").wait_for()
    sandbox.receive("Hi")
    message = wait_for_text(page, "message", "Hi")
    assert message.evaluate("e => getComputedStyle(e).animationName") == "none"


def test_a_gateway_that_stops_says_so_at_once(sandbox: Sandbox) -> None:
    page = sandbox.open()
    sandbox.gateway.stop()
    wait_for_text(page, "connection", "Reconnecting")
    page.context.close()
    sandbox.troubles[:] = [each for each in sandbox.troubles if "ERR_" not in each]
