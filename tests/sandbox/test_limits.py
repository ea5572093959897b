"""The rate limit: a window of a minute, as Laravel has it."""

from tests.sandbox.conftest import MONDAY_NOON, Api, MovingClock, Start


def limits(api: Api) -> tuple[int, str, str]:
    answer = api.http.get("/devices")
    headers = answer.headers
    return answer.status_code, headers["X-RateLimit-Limit"], headers["X-RateLimit-Remaining"]


def test_every_answer_says_what_is_left(start: Start) -> None:
    api = start(rate_limit=3)
    assert [limits(api) for _ in range(3)] == [(200, "3", "2"), (200, "3", "1"), (200, "3", "0")]


def test_too_many_are_told_how_long_to_wait(start: Start, clock: MovingClock) -> None:
    api = start(rate_limit=1)
    api.http.get("/devices")
    clock.move(seconds=12.5)
    answer = api.http.post("/contact-lists", json={"name": "A"})
    assert (answer.status_code, answer.json()) == (429, {"message": "Too Many Attempts."})
    assert answer.headers["Retry-After"] == "48"
    assert int(answer.headers["X-RateLimit-Reset"]) == MONDAY_NOON.timestamp() + 60
    assert api.gateway.store.rows("contact_lists") == []


def test_a_minute_after_its_first_request_a_new_window_begins(
    start: Start, clock: MovingClock
) -> None:
    api = start(rate_limit=1)
    assert limits(api) == (200, "1", "0")
    clock.move(seconds=59.9)
    assert limits(api) == (429, "1", "0")
    clock.move(seconds=0.1)
    assert limits(api) == (200, "1", "0")


def test_what_a_handler_refuses_counts_and_has_the_headers_too(start: Start) -> None:
    api = start(rate_limit=5)
    for left in ("4", "3"):
        answer = api.http.get("/contacts/9")
        assert (answer.status_code, answer.headers["X-RateLimit-Remaining"]) == (404, left)
    assert api.http.post("/contact-lists").headers["X-RateLimit-Remaining"] == "2"


def test_what_does_not_get_as_far_as_the_limit_does_not_count(start: Start) -> None:
    """An unknown route has no middleware, and authentication comes before the limit."""
    api = start(rate_limit=1)
    for answer, status in (
        (api.http.get("/nothing"), 404),
        (api.http.put("/calls"), 405),
        (api.http.get("/devices", headers={"Authorization": "Bearer wrong"}), 401),
    ):
        assert answer.status_code == status
        assert "X-RateLimit-Limit" not in answer.headers
    assert limits(api) == (200, "1", "0")
    answer = api.http.get("/devices", headers={"Authorization": "Bearer wrong"})
    assert answer.status_code == 401


def test_without_a_limit_there_are_no_such_headers(api: Api) -> None:
    assert not [name for name in api.http.get("/devices").headers if "ratelimit" in name.lower()]
