"""`messages send --waves` to numbers and lists."""

from tests.conftest import Run
from tests.messages.waves.conftest import Held, Write, bad, good

LINE = "messages send -m Hi --once spring --yes"


def test_a_canary_that_fails_stops_a_send_of_2000_after_20(
    run: Run, numbers: Write, held: Held
) -> None:
    to = numbers(bad(6) + good(1994))
    stopped = run(f"{LINE} --to {to} --waves 20/0s,rest", code=7)
    assert "stopped after wave 1: 6 of 20 (30.0%) failed, more than 5%" in stopped.stderr
    assert "1,980 recipients are left" in stopped.stderr
    assert sum(held().values()) == 20


def test_all_waves_are_sent_while_they_are_good(run: Run, numbers: Write, held: Held) -> None:
    to = numbers(good(30))
    sent = run(f"{LINE} --to {to} --waves 5/0s,10/0s,rest -o json")
    assert [each["name"][:6] for each in sent.json] == ["smsgw-"] * 3
    assert held() == {(each, "Hi"): 1 for each in good(30)}
    again = run(f"{LINE} --to {to} --waves 5/0s,10/0s,rest -o json")
    assert again.json == sent.json
    assert "already sent" in again.stderr
    assert sum(held().values()) == 30
