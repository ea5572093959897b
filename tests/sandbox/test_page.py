"""The page at /__sandbox/ as a browser asks for it: its files, its data, and its events."""

import json
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsgw_cli.sandbox import listening as listening_module
from smsgw_cli.sandbox.page import events, search
from smsgw_cli.sandbox.page.static import FOLDER
from smsgw_cli.sandbox.store import receive, reset
from tests.sandbox.conftest import MONDAY_NOON, Api, MovingClock, Start

ANN, BEN = "+12025550123", "+12025550124"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@pytest.fixture
def api(start: Start) -> Api:
    """Phones that send at once, as far as the clock goes."""
    return start(speed=1_000_000)


def ask(api: Api, path: str, **query: Any) -> Any:
    """The JSON of a GET below /__sandbox/ that is answered with 200."""
    answer = api.http.get(f"{api.gateway.url}/__sandbox/{path}", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def anonymous(api: Api, path: str, **more: Any) -> httpx.Response:
    return httpx.get(f"{api.gateway.url}{path}", trust_env=False, **more)


def arrive(api: Api, text: str = "Hi", sender: str = ANN, sim: int = 1) -> int:
    db, clock = api.gateway.settings.db, api.gateway.settings.clock
    return int(receive(db, sender=sender, sim=sim, text=text, clock=clock)["id"])


def texts(api: Api, q: str) -> list[str]:
    """The newest text that is found of each conversation."""
    return [each["last"]["text"] for each in ask(api, "conversations", q=q)["data"]]


class Listener:
    """A stream of events; `next` waits for the next one of a name."""

    def __init__(self, answer: httpx.Response) -> None:
        self.lines = answer.iter_lines()
        self.last_id = ""

    def raw(self) -> dict[str, str]:
        """The next event, or comment (as {"": …}). Raises StopIteration at the end."""
        found: dict[str, str] = {}
        while line := next(self.lines):
            name, _, value = line.partition(": ") if not line.startswith(":") else ("", "", line)
            found[name] = value
        self.last_id = found.get("id", self.last_id)
        return found

    def next(self, name: str) -> Any:
        while (event := self.raw()).get("event") != name:
            assert event.get("event") != "reload", "nothing that cannot be told"
        return json.loads(event["data"])

    def statuses(self) -> list[str]:
        return [each["status"] for each in self.next("messages")["data"]]


@contextmanager
def listening(api: Api, last_id: str = "", **query: str) -> Iterator[Listener]:
    headers = {"Last-Event-ID": last_id} if last_id else {}
    url = f"{api.gateway.url}/__sandbox/events"
    with api.http.stream("GET", url, headers=headers, params=query) as answer:
        assert answer.headers["Content-Type"].startswith("text/event-stream")
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
        listener = Listener(answer)
        assert listener.raw()["event"] == "hello"
        yield listener


@pytest.mark.parametrize(
    ("path", "media_type"),
    [("", "text/html"), ("page.css", "text/css"), ("page.js", "text/javascript")],
)
def test_the_files_say_what_a_browser_may_do_with_them(
    api: Api, path: str, media_type: str
) -> None:
    answer = anonymous(api, f"/__sandbox/{path}")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == f"{media_type}; charset=utf-8"
    assert answer.headers["Content-Security-Policy"] == POLICY
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_the_address_without_a_slash_leads_to_the_page(api: Api) -> None:
    answer = anonymous(api, "/__sandbox")
    assert (answer.status_code, answer.headers["Location"]) == (308, "/__sandbox/")


@pytest.mark.parametrize("path", ["page.py", "../app.py", "..%2fapp.py", "page.html", "static.py"])
def test_no_other_file_is_served(api: Api, path: str) -> None:
    assert anonymous(api, f"/__sandbox/{path}").status_code == 404


@pytest.mark.parametrize("path", ["", "page.js", "events", "overview", "conversations/x"])
def test_nothing_is_written_to_the_page(api: Api, path: str) -> None:
    answer = api.http.post(f"{api.gateway.url}/__sandbox/{path}")
    assert answer.status_code in (404, 405)


def test_the_page_makes_no_markup_of_texts_and_fetches_nothing_from_elsewhere() -> None:
    script = (FOLDER / "page.js").read_text()
    dangerous = r"\w*(?:inner|outer)HTML|insertAdjacentHTML|document\.write|\beval\(|new Function"
    assert not re.findall(dangerous, script)
    assert set(re.findall(r"https?://[\w.]+", script)) == {"http://www.w3.org"}  # SVG's namespace
    for name in ("page.html", "page.css"):
        assert not re.findall(r'(?:src|href)="(?:https?:)?//|url\(', (FOLDER / name).read_text())
    assert " style=" not in (FOLDER / "page.html").read_text()  # the policy would ignore it
    assert " on" not in re.sub(r">[^<]*<", "><", (FOLDER / "page.html").read_text())


@pytest.mark.parametrize(
    "path", ["overview", "conversations", "conversations/x", "export", "events"]
)
def test_what_happened_is_for_those_who_have_the_token(api: Api, path: str) -> None:
    assert anonymous(api, f"/__sandbox/{path}").status_code == 401
    wrong = {"Authorization": "Bearer wrong"}
    assert anonymous(api, f"/__sandbox/{path}", headers=wrong).status_code == 401


def test_a_session_gives_a_cookie_that_no_script_reads(api: Api) -> None:
    answer = api.http.post(f"{api.gateway.url}/__sandbox/session")
    cookie = answer.headers["Set-Cookie"]
    assert answer.status_code in (200, 201, 204)
    for attribute in ("HttpOnly", "SameSite=Strict", "Path=/__sandbox"):
        assert attribute in cookie
    given = {"Cookie": cookie.partition(";")[0]}
    assert anonymous(api, "/__sandbox/overview", headers=given).status_code == 200


@pytest.mark.parametrize("path", ["", "page.js", "overview", "events", "export"])
def test_the_page_answers_no_other_host_and_no_other_site(api: Api, path: str) -> None:
    url = f"{api.gateway.url}/__sandbox/{path}"
    for name, value, status in (
        ("Host", "evil.example", 421),
        ("Origin", "http://evil.example", 403),
        ("Origin", "null", 403),
    ):
        assert api.http.get(url, headers={name: value}).status_code == status


def test_each_token_has_a_page_of_its_own(api: Api) -> None:
    url = f"{api.gateway.url}/__sandbox"
    token = api.http.post(f"{url}/tokens").json()["token"]
    other = {"Authorization": f"Bearer {token}"}
    arrive(api, "for the first")
    with api.http.stream("GET", f"{url}/events", headers=other) as answer:
        listener = Listener(answer)
        listener.raw()
        arrive(api, "for the first again")
        body = {"type": "SMS", "from": BEN, "to": 1, "text": "for the second"}
        api.http.post(f"{url}/receive", json=body, headers=other)
        [message] = listener.next("messages")["data"]
        assert message["text"] == "for the second"
        assert api.http.delete(f"{url}/tokens", headers=other).is_success
        for _ in listener.lines:
            pass  # until the stream ends
    assert api.http.get(f"{url}/overview", headers=other).status_code == 401
    assert texts(api, "") == ["for the first again"]


def test_the_page_and_its_events_are_no_requests_of_the_api(api: Api) -> None:
    ask(api, "overview")
    anonymous(api, "/__sandbox/")
    assert api.gateway.requests == []


def test_conversations_go_by_number_the_newest_first(api: Api) -> None:
    api.send(mobile_numbers=[ANN, BEN], message="Hello")
    arrive(api, "Yes")
    found = ask(api, "conversations")["data"]
    assert [(each["number"], each["last"]["text"]) for each in found] == [
        (ANN, "Yes"),
        (BEN, "Hello"),
    ]
    chat = ask(api, f"conversations/{ANN}")
    assert [(each["incoming"], each["text"]) for each in chat["data"]] == [
        (False, "Hello"),
        (True, "Yes"),
    ]
    assert (chat["count"], chat["before"], chat["later"]) == (2, None, False)


def test_conversations_come_in_pages(api: Api) -> None:
    numbers = [f"+1202555{index:04}" for index in range(5)]
    api.send(mobile_numbers=numbers)
    first = ask(api, "conversations", limit=3)
    second = ask(api, "conversations", limit=3, before=first["before"])
    shown = [each["number"] for each in first["data"] + second["data"]]
    assert (shown, second["before"]) == (numbers[::-1], None)


def test_a_conversation_comes_in_pages_from_its_end(api: Api) -> None:
    ids = [arrive(api, str(index)) for index in range(5)]
    last = ask(api, f"conversations/{ANN}", limit=2)
    assert [each["id"] for each in last["data"]] == ids[3:]
    middle = ask(api, f"conversations/{ANN}", limit=2, before=last["before"])
    assert [each["id"] for each in middle["data"]] == ids[1:3]
    assert middle["later"]
    first = ask(api, f"conversations/{ANN}", limit=2, before=middle["before"])
    assert ([each["id"] for each in first["data"]], first["before"]) == (ids[:1], None)


@pytest.mark.parametrize("query", [{"limit": "many"}, {"before": "-1"}, {"before": "²"}])
def test_a_window_that_makes_no_sense_is_refused(api: Api, query: dict[str, str]) -> None:
    answer = api.http.get(f"{api.gateway.url}/__sandbox/conversations", params=query)
    assert answer.status_code == 422


@pytest.mark.parametrize("query", [{"limit": "0"}, {"limit": "99999"}, {"before": "9" * 20}])
def test_a_window_that_is_too_large_is_cut(api: Api, query: dict[str, str]) -> None:
    arrive(api)
    assert len(ask(api, "conversations", **query)["data"]) == 1


@pytest.mark.parametrize("number", ["GATEWAY", "a/b?c", "<b>", "%", "шарик", ""])
def test_a_conversation_with_anything_that_writes(api: Api, number: str) -> None:
    db = api.gateway.settings.db
    receive(db, sender=number, sim=1, text="Hi")
    quoted = "".join(f"%{byte:02x}" for byte in number.encode())
    chat = api.http.get(f"{api.gateway.url}/__sandbox/conversations/{quoted}")
    assert [each["text"] for each in chat.json()["data"]] == ["Hi"]


def test_a_message_lives_step_by_step(start: Start, clock: MovingClock) -> None:
    api = start()
    api.send(mobile_numbers=[ANN], delivery_report=True)
    began = int(MONDAY_NOON.timestamp() * 1000)
    steps: list[str] = []
    for _ in range(45):
        [message] = ask(api, f"conversations/{ANN}")["data"]
        now = int(clock.now.timestamp() * 1000)
        assert list(message["times"])[-1] == message["status"]
        assert message["final"] == (message["status"] == "Delivered")
        assert list(message["times"].values()) == sorted(message["times"].values())
        assert all(began <= at <= now for at in message["times"].values())
        steps.append(message["status"])
        clock.move(seconds=1)
    assert list(dict.fromkeys(steps)) == ["Pending", "Queued", "Processed", "Sent", "Delivered"]


def test_a_message_that_failed_says_why_and_was_never_sent(
    start: Start, clock: MovingClock
) -> None:
    api = start()
    api.send(mobile_numbers=["+12025550199"])
    assert ask(api, "conversations/+12025550199")["data"][0]["error"] is None
    clock.move(minutes=5)
    [message] = ask(api, "conversations/+12025550199")["data"]
    assert (message["status"], message["error"]) == ("Failed", "RESULT_ERROR_NO_SERVICE")
    assert list(message["times"]) == ["Pending", "Queued", "Processed", "Failed"]


def test_what_is_searched_for(api: Api, clock: MovingClock) -> None:
    api.send(mobile_numbers=[ANN], message="Your code is 482913", name="Codes")
    api.send(mobile_numbers=["+12025550199"], message="50% off_now")
    arrive(api, "See you then", sender=BEN, sim=2)
    clock.move(minutes=5)
    assert texts(api, "code") == ["Your code is 482913"]
    assert texts(api, "CODE 482913") == ["Your code is 482913"]
    assert texts(api, "code nothing") == []
    assert texts(api, '"you then"') == ["See you then"]
    assert texts(api, "to:+1202555-0123") == ["Your code is 482913"]
    assert texts(api, "from:+12025550124") == ["See you then"]
    assert texts(api, "is:failed") == ["50% off_now"]
    assert texts(api, "is:delivered IS:out") == ["Your code is 482913"]
    assert texts(api, "is:in") == texts(api, "is:received") == ["See you then"]
    assert texts(api, "campaign:1") == ["Your code is 482913"]
    assert texts(api, "sim:2 is:in") == ["See you then"]
    assert texts(api, "%") == texts(api, "0% off_") == ["50% off_now"]
    assert texts(api, "is:unheard-of") == texts(api, "campaign:x") == []
    assert len(texts(api, "  ")) == 3


@given(st.text(max_size=60) | st.from_regex(r'(to|from|is|campaign|sim|x):"?\S*', fullmatch=True))
def test_any_text_can_be_searched_for(text: str) -> None:
    clause, values = search.conditions(text)
    assert set(re.findall(r":(q\d+)", clause)) <= set(values)
    assert "?" not in clause


def test_a_search_of_any_length_is_answered(api: Api) -> None:
    assert texts(api, "word " * 5_000) == []


def test_the_overview_has_what_can_be_steered(api: Api) -> None:
    api.send(recurring=True, frequency=1, frequency_unit="day", name="Daily")
    api.create("/ussd-pulls/send", ussd_codes=["*123#"], sims=[1])
    found = ask(api, "overview")
    assert found["now"] == int(MONDAY_NOON.timestamp() * 1000)
    assert (found["ahead"], found["settings"]["speed"]) == (0, 1_000_000)
    front_desk = found["devices"][0]
    assert front_desk["keys"]["battery"] == 87
    assert front_desk["sims"][0]["keys"]["signal"] == 4
    assert {"battery", "charging", "enabled"} <= {key["name"] for key in found["keys"]["device"]}
    daily = next(each for each in found["campaigns"] if each["name"] == "Daily")
    assert daily["next_run"] == found["now"] + 86_400_000
    assert sum(daily["counts"].values()) == 1
    assert [pull["code"] for pull in found["ussd"]] == ["*123#"]
    assert found["totals"]["messages"] == 1


def test_everything_can_be_taken_along(seeded: Api) -> None:
    found = ask(seeded, "export")
    assert {"messages", "campaigns", "ussd", "calls", "devices"} <= set(found)
    assert len(found["messages"]) == seeded.get("/messages")["meta"]["total"]
    newest = seeded.data("/messages")[0]
    [same] = [each for each in found["messages"] if each["id"] == newest["id"]]
    assert (same["text"], same["status"]) == (newest["content"], newest["status"])
    answer = seeded.http.get(f"{seeded.gateway.url}/__sandbox/export")
    assert "attachment" in answer.headers["Content-Disposition"]


def test_the_demo_data_are_shown(seeded: Api) -> None:
    assert len(ask(seeded, "overview")["campaigns"]) >= 5
    for each in ask(seeded, "conversations", limit=200)["data"]:
        assert ask(seeded, f"conversations/{each['number']}")["data"]


def test_a_message_that_arrives_is_told(api: Api) -> None:
    with listening(api) as listener:
        arrive(api, "Is this seat taken?")
        [message] = listener.next("messages")["data"]
        assert (message["text"], message["number"]) == ("Is this seat taken?", ANN)


def test_each_step_of_a_message_is_told(start: Start, clock: MovingClock) -> None:
    api = start()
    with listening(api) as listener:
        api.send(mobile_numbers=[ANN], delivery_report=True)
        seen = listener.statuses()
        while seen[-1] != "Delivered":
            before = len(seen)
            for _ in range(60):  # to the next change of its status
                clock.move(seconds=1)
                if api.statuses() != [seen[-1]]:
                    break
            seen += listener.statuses()
            assert len(seen) == before + 1
    assert seen == ["Pending", "Queued", "Processed", "Sent", "Delivered"]


def test_a_schedule_comes_due_while_somebody_looks(api: Api, clock: MovingClock) -> None:
    api.send(scheduled_at="2030-06-03 13:00:00", mobile_numbers=[ANN])
    with listening(api) as listener:
        clock.move(hours=2)
        assert listener.statuses()
    assert api.gateway.requests[-1][1].endswith("/send")  # it was not a request that started it


def test_what_else_changes_is_told(api: Api) -> None:
    with listening(api) as listener:
        api.done("PUT", "/devices/1", name="Reception")
        listener.next("requests")
        api.http.get("/devices")
        listener.next("requests")


def test_a_ussd_code_that_is_answered_is_told(start: Start, clock: MovingClock) -> None:
    api = start()
    api.create("/ussd-pulls/send", ussd_codes=["*123#"], sims=[1])
    with listening(api) as listener:
        clock.move(minutes=5)
        listener.next("changed")


def test_who_comes_back_gets_what_was_missed(api: Api) -> None:
    with listening(api) as listener:
        arrive(api, "one")
        listener.next("messages")
        last = listener.last_id
    arrive(api, "two")
    with listening(api, last) as listener:
        assert [each["text"] for each in listener.next("messages")["data"]] == ["two"]
    with listening(api, after=last) as listener:
        assert [each["text"] for each in listener.next("messages")["data"]] == ["two"]


def test_who_comes_back_late_asks_again(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "KEPT", 3)
    with listening(api) as listener:
        arrive(api)
        listener.next("messages")
        first = listener.last_id
        for index in range(events.KEPT):
            arrive(api, str(index))
            listener.next("messages")
    with listening(api, first) as listener:
        assert listener.raw()["event"] == "reload"


@pytest.mark.parametrize("last_id", ["nonsense", "-", "0123-4", "x" * 5000, "-1", "²-²"])
def test_an_id_that_is_not_known_asks_again(api: Api, last_id: str) -> None:
    with listening(api, after=last_id) as listener:
        assert listener.raw()["event"] == "reload"


def test_who_comes_after_a_restart_asks_again(start: Start) -> None:
    api = start()
    with listening(api) as listener:
        arrive(api)
        listener.next("messages")
        last = listener.last_id
    api.gateway.stop()
    with listening(start(), last) as listener:
        assert listener.raw()["event"] == "reload"


def test_too_much_at_once_is_not_told_one_by_one(api: Api) -> None:
    with listening(api) as listener:
        api.send(mobile_numbers=[f"+1202{index:07}" for index in range(events.MOST_AT_ONCE + 1)])
        assert {listener.raw()["event"] for _ in range(2)} >= {"reload"}


@pytest.mark.parametrize("how", ["message", "everything", "by HTTP", "restored"])
def test_what_was_deleted_is_asked_again(api: Api, how: str) -> None:
    url = f"{api.gateway.url}/__sandbox"
    snapshot = api.http.post(f"{url}/snapshot").json()
    arrive(api)
    with listening(api) as listener:
        if how == "message":
            api.done("DELETE", "/messages/1")
        elif how == "everything":
            reset(api.gateway.settings.db)
        elif how == "by HTTP":
            api.http.post(f"{url}/reset")
        else:
            api.http.post(f"{url}/restore", json=snapshot)
        assert listener.raw()["event"] == "reload"
        arrive(api, "after")
        assert [each["text"] for each in listener.next("messages")["data"]] == ["after"]


def test_two_listeners_are_told_the_same(api: Api) -> None:
    with listening(api) as one, listening(api) as other:
        arrive(api, "Hi")
        assert one.next("messages") == other.next("messages")


def test_a_quiet_stream_says_that_it_is_alive(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "HEARTBEAT", 0.2)
    with listening(api) as listener:
        assert listener.raw() == {"": ":"}
        assert listener.raw() == {"": ":"}


def test_the_stream_of_a_state_that_is_no_more_ends(api: Api) -> None:
    with listening(api) as listener:
        api.gateway.store.close()
        with pytest.raises(StopIteration):
            listener.raw()


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A gateway that gives running requests more time than a test has."""
    monkeypatch.setattr(listening_module, "LAST_ANSWERS", 600)


@pytest.mark.usefixtures("patient")
def test_a_gateway_stops_at_once_with_its_page_open(api: Api) -> None:
    with listening(api) as listener:
        began = time.monotonic()
        api.gateway.stop()
        with pytest.raises(StopIteration):
            listener.raw()
    assert time.monotonic() - began < 60


@pytest.mark.usefixtures("patient")
def test_a_listener_that_leaves_is_forgotten(api: Api) -> None:
    for _ in range(20):
        with listening(api):
            pass
    began = time.monotonic()
    api.gateway.stop()
    assert time.monotonic() - began < 60
