"""`messages list --number`: what the API has no filter for is selected here."""

from smsgw_cli.sandbox.server import Gateway
from tests.conftest import Run

ANN, BOB = "+12025550123", "+12025550124"


def test_messages_of_a_number_are_listed_whatever_its_form(run: Run, server: Gateway) -> None:
    run(f"messages send --to {ANN},{BOB} -m Hi")
    run(f"messages send --to {ANN} -m Again")
    for number in (ANN, "'+1 (202) 555-0123'", "2025550123 --set region=US"):
        found = run(f"messages list --number {number} -o json").json
        assert [message["to"] for message in found] == [ANN, ANN]
    assert len(run(f"messages list --number {ANN} --limit 1 -o json").json) == 1
    assert run("messages list --number +12025550199 -o json").json == []


def test_a_number_that_is_none_is_refused(run: Run, server: Gateway) -> None:
    run("messages list --number nobody", code=2)
    assert server.requests == []
