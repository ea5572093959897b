"""Any text that the gateway takes comes back as it was given."""

from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from smsgw_cli.sandbox.inputs import TRIMMED
from smsgw_cli.sandbox.server import Gateway
from tests.conftest import Run

# What the gateway changes itself: it trims, takes an empty text for none, and limits names. The
# command line trims what Python takes for white space, which has a few more characters.
texts = st.text(min_size=1, max_size=200).filter(
    lambda text: text.strip(TRIMMED) == text.strip() == text != ""
)
shared = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])


def created(run: Run, line: str, *args: str) -> dict[str, Any]:
    """The thing as its creation printed it, and as it is shown afterwards."""
    made: dict[str, Any] = run(f"{line} -o json", *args).json
    shown = run(f"{line.split()[0]} get {made['id']} -o json").json
    assert shown == made
    return made


@shared
@given(text=texts)
@example(text="-o")
@example(text="--help")
@example(text="[red]x[/red]\x1b]0;owned\x07\u202e")
@example(text="a=b:=c@d,e")
def test_the_name_of_a_list_survives(run: Run, server: Gateway, text: str) -> None:
    assert created(run, "contact-lists create", "--", text)["name"] == text


@shared
@given(text=texts)
@example(text="@-")
@example(text="a=b")
def test_a_text_of_a_contact_survives_its_creation_and_a_change(
    run: Run, server: Gateway, text: str
) -> None:
    if not run("contact-lists list -o json").json:
        run("contact-lists create Friends")
        run("fields create 1 --label Note --tag note --type textarea")
        run("contacts create 1 +12025550123")
    run("contacts update 1", f"--field=note={text}")
    assert run("contacts get 1 -o json").json["note"] == text
    assert run("contacts list 1 -o json").json[0]["note"] == text


@shared
@given(label=texts, value=texts.filter(lambda text: "=" not in text))
def test_an_option_and_a_label_of_a_field_survive(
    run: Run, server: Gateway, label: str, value: str
) -> None:
    if not run("contact-lists list -o json").json:
        run("contact-lists create Friends")
    options = [f"--label={label}", f"--option={value}={label}", f"--default={value}"]
    line = "fields create 1 --tag t --type dropdown"
    made = created(run, line, *options)
    run(f"fields delete {made['id']} --yes")
    assert made["label"] == label
    assert made["options"] == [{"label": label, "value": value}]
    assert made["default_value"] == value


@shared
@given(name=texts, driver=texts, secret=texts)
@example(name="x", driver="-", secret="=@:=")
def test_texts_of_a_sending_server_survive(
    run: Run, server: Gateway, name: str, driver: str, secret: str
) -> None:
    line = "sending-servers create --type SMS"
    args = [f"--name={name}", f"--driver={driver}", f"--config=key= {secret}"]
    made = created(run, line, *args)
    assert (made["name"], made["driver"]) == (name, driver)
    assert made["config"]["key"] in (secret, f" {secret}")


@shared
@given(text=texts)
def test_a_sender_id_survives(run: Run, server: Gateway, text: str) -> None:
    if not run("sending-servers list -o json").json:
        run("sending-servers create --name X --driver x --type SMS")
    made = created(run, "sender-ids create 1", "--", text)
    run(f"sender-ids delete {made['id']} --yes")
    assert made["value"] == text
