"""How Laravel and PHP treat requests and answers; against PHP itself where it is installed."""

import json
import random
import shutil
import subprocess
import sys
from datetime import UTC
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest

from smsgw_cli.sandbox import lenient
from smsgw_cli.sandbox.inputs import TRIMMED
from smsgw_cli.sandbox.keys import Change
from smsgw_cli.sandbox.php_dates import parse_date
from smsgw_cli.sandbox.php_variables import parse_query
from smsgw_cli.sandbox.php_zones import ZONES
from smsgw_cli.sandbox.rules import NUMERIC, as_integer, php_text
from smsgw_cli.sandbox.steering import change
from tests.sandbox.conftest import Api, Start

JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
MULTIPART = {"Content-Type": 'multipart/form-data; boundary="B"'}
HINT = "X-Sandbox-Hint"
SEND: dict[str, Any] = {"mobile_numbers": ["+12025550123"], "message": "Hi"}

needs_php = pytest.mark.skipif(shutil.which("php") is None, reason="needs PHP")


def names(api: Api) -> list[str]:
    return [row["name"] for row in api.data("/contact-lists")]


def post(api: Api, content: bytes | str, headers: dict[str, str], **more: Any) -> httpx.Response:
    return api.http.post("/contact-lists", content=content, headers=headers, **more)


def php(code: str, *lines: Any) -> Any:
    """What PHP code prints as JSON, one value a line, for each of the values in `$line`."""
    loop = "while(($raw=fgets(STDIN))!==false){$line=json_decode($raw);" + code + 'echo "\\n";}'
    ran = subprocess.run(
        ["php", "-d", "display_errors=0", "-d", "date.timezone=UTC", "-r", loop],
        input="".join(f"{json.dumps(line)}\n" for line in lines),
        capture_output=True,
        text=True,
        check=True,
    )
    return [json.loads(line) for line in ran.stdout.splitlines()]


# Who is answered with JSON


@pytest.mark.parametrize(
    "accept",
    [
        "application/json",
        "application/json; charset=utf-8",
        "application/vnd.api+json",
        "text/html;q=0.5, application/json",
        "APPLICATION/JSON, text/plain, */*",
    ],
)
def test_who_prefers_json_is_told_errors_in_json(api: Api, accept: str) -> None:
    answer = api.http.post("/contact-lists", headers={"Accept": accept})
    assert (answer.status_code, answer.headers["Content-Type"]) == (422, "application/json")
    assert HINT not in answer.headers


@pytest.mark.parametrize(
    "accept", ["*/*", "text/html", "text/html, application/json", "application/json;q=0.1, */*", ""]
)
def test_who_prefers_something_else_is_redirected(api: Api, accept: str) -> None:
    url = api.gateway.url
    answer = api.http.get("/devices", headers={"Accept": accept, "Authorization": ""})
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{url}/login")
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "'Accept: application/json'" in answer.headers[HINT]
    assert "401 Unauthenticated" in answer.headers[HINT]
    answer = api.http.post("/contact-lists", headers={"Accept": accept})
    assert (answer.status_code, answer.headers["Location"]) == (302, url)
    assert "422 The name field is required" in answer.headers[HINT]


@pytest.mark.parametrize(
    ("referer", "location"),
    [
        ("https://shop.example/form/?a=1", "https://shop.example/form/?a=1"),
        ("/form", "{url}/form"),
        ("http://[", "http://["),
        ("//evil.example", "{url}/evil.example"),
    ],
)
def test_a_mistake_leads_back_to_where_it_was_made(api: Api, referer: str, location: str) -> None:
    headers = {"Accept": "*/*", "Referer": referer}
    answer = api.http.post("/contact-lists", headers=headers)
    assert answer.headers["Location"] == location.format(url=api.gateway.url)


def test_other_errors_are_pages(api: Api) -> None:
    for method, path, status in (
        ("GET", "/contacts/99", 404),
        ("GET", "/nothing", 404),
        ("PUT", "/calls", 405),
    ):
        answer = api.http.request(method, path, headers={"Accept": "text/html"})
        assert answer.status_code == status
        assert answer.text.startswith("<!DOCTYPE html>")
        assert str(status) in answer.headers[HINT]
    assert answer.headers["Allow"] == "GET, HEAD"


def test_what_succeeds_is_json_for_everybody(api: Api) -> None:
    answer = api.http.get("/devices", headers={"Accept": "text/html"})
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/json")
    assert HINT not in answer.headers


def test_a_script_in_a_page_that_takes_anything_is_told_in_json(api: Api) -> None:
    by_script = {"X-Requested-With": "XMLHttpRequest"}
    for headers, status in (
        ({"Accept": "*/*"}, 404),
        ({"Accept": "text/html"}, None),
        ({"Accept": "*/*", "X-PJAX": "true"}, None),
    ):
        answer = api.http.get("/contacts/9", headers={**by_script, **headers})
        is_json = answer.headers["Content-Type"] == "application/json"
        assert is_json == (status is not None)


def test_every_answer_forbids_caching_and_allows_other_origins(api: Api) -> None:
    for answer in (
        api.http.get("/devices"),
        api.http.get("/nothing", headers={"Accept": "*/*"}),
        api.http.delete("/devices/1"),
        api.http.get("/devices", headers={"Authorization": ""}),
    ):
        assert answer.headers["Cache-Control"] == "no-cache, private"
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
    elsewhere = httpx.get(f"{api.gateway.url}/login", trust_env=False)
    assert "Access-Control-Allow-Origin" not in elsewhere.headers


def test_an_answer_without_content_has_no_type(api: Api) -> None:
    answer = api.http.delete("/devices/1")
    assert (answer.status_code, answer.content) == (204, b"")
    assert "Content-Type" not in answer.headers


def test_json_is_written_as_php_writes_it(api: Api) -> None:
    answer = api.http.post("/contact-lists", json={"name": "a/b é 😀 <&'"})
    assert answer.content == b'{"id":1,"name":"a\\/b \\u00e9 \\ud83d\\ude00 <&\'"}'


@needs_php
def test_json_is_written_as_this_php_writes_it(api: Api) -> None:
    points = [*range(33, 127), *range(0xA1, 0x120), 0x2028, 0x2029, 0xFFFD, 0x1F600]
    text = f"|{''.join(map(chr, points))}|"
    answer = api.http.post("/contact-lists", json={"name": text})
    [written] = php("echo json_encode(json_encode($line));", {"id": 1, "name": text})
    assert answer.text == written


# CORS and methods


def test_a_browser_may_send_what_it_asks_for(api: Api) -> None:
    asked = {
        "Origin": "http://localhost:3000",
        "Access-Control-Request-Method": "post",
        "Access-Control-Request-Headers": "authorization,content-type",
    }
    answer = httpx.options(f"{api.gateway.url}/api/v1/devices", headers=asked, trust_env=False)
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Access-Control-Allow-Methods"] == "POST"
    assert answer.headers["Access-Control-Allow-Headers"] == "authorization,content-type"
    elsewhere = httpx.options(f"{api.gateway.url}/login", headers=asked, trust_env=False)
    assert elsewhere.status_code == 404


def test_options_are_the_methods_of_a_route(api: Api) -> None:
    url = f"{api.gateway.url}/api/v1"
    answer = httpx.options(f"{url}/contacts/1", trust_env=False)
    allowed = "GET,HEAD,PUT,PATCH,DELETE,OPTIONS"
    assert (answer.status_code, answer.headers["Allow"]) == (200, allowed)
    assert httpx.options(f"{url}/nothing", trust_env=False).status_code == 404


def test_patch_is_put(api: Api) -> None:
    api.create("/contact-lists", name="A")
    api.done("PATCH", "/contact-lists/1", name="B")
    assert names(api) == ["B"]


def test_a_post_may_stand_for_another_method(api: Api) -> None:
    for name in "ABCDE":
        api.create("/contact-lists", name=name)
    override = {"X-HTTP-Method-Override": "DELETE"}
    for number, answer in enumerate(
        (
            api.http.post("/contact-lists/1", json={"_method": "delete"}),
            api.http.post("/contact-lists/2", data={"_method": "DELETE"}),
            api.http.post("/contact-lists/3?_method=DELETE"),
            api.http.post("/contact-lists/4", json={"_method": "PUT"}, headers=override),
        )
    ):
        assert answer.status_code == 204, number
    api.done("POST", "/contact-lists/5", _method="PUT", name="F")
    assert names(api) == ["F"]


def test_only_a_post_may_stand_for_another_method(api: Api) -> None:
    override = {"X-HTTP-Method-Override": "DELETE"}
    assert api.http.get("/devices/1?_method=DELETE", headers=override).status_code == 200
    assert api.http.post("/contact-lists", json={"_method": 5, "name": "A"}).status_code == 201
    assert api.http.post("/contact-lists", json={"_method": "FETCH"}).status_code == 405
    assert api.http.post("/contact-lists", json={"_method": "no method"}).status_code == 400


# Authentication


@pytest.mark.parametrize(
    "form", ["Bearer {}", "bearer {}", "BEARER {}", "Basic x, Bearer {}", "Bearer {}, Basic x"]
)
def test_bearer_has_no_case_and_others_may_stand_beside_it(api: Api, form: str) -> None:
    headers = {"Authorization": form.format(api.gateway.token)}
    assert api.http.get("/devices", headers=headers).status_code == 200


@pytest.mark.parametrize("form", ["{}", "Token {}", "Bearer:{}", "Bearer {}x", "Bearer  {}"])
def test_what_is_no_bearer_token_is_refused(api: Api, form: str) -> None:
    headers = {"Authorization": form.format(api.gateway.token)}
    answer = api.http.get("/devices", headers=headers)
    assert (answer.status_code, answer.json()) == (401, {"message": "Unauthenticated."})
    told = "Authorization: Bearer TOKEN" in answer.headers.get(HINT, "")
    assert told == ("Bearer " not in form)


# Bodies


@pytest.mark.parametrize("kind", ["application/json", "text/json", "application/hal+json"])
def test_json_is_input_with_its_content_type(api: Api, kind: str) -> None:
    assert post(api, '{"name":"A"}', {"Content-Type": kind}).status_code == 201


@pytest.mark.parametrize("kind", [None, "text/plain", "application/JSON", FORM["Content-Type"]])
def test_json_without_its_content_type_is_no_input(api: Api, kind: str | None) -> None:
    answer = post(api, '{"name":"A"}', {"Content-Type": kind} if kind else {})
    assert answer.status_code == 422
    assert answer.json()["message"] == "The name field is required."
    assert "without 'Content-Type: application/json'" in answer.headers[HINT]


def test_a_body_that_cannot_be_read_is_told_of(api: Api) -> None:
    for content, headers, hint in (
        ('{"name":', JSON, "not valid JSON"),
        ("[1]", JSON, "not a JSON object"),
        ('{"a":' * 200 + "1" + "}" * 200, JSON, "not a JSON object"),
        ("name=A", {"Content-Type": "text/plain"}, "Content-Type"),
    ):
        answer = post(api, content, headers)
        assert answer.status_code == 422
        assert hint in answer.headers[HINT]


def test_a_form_is_input_of_what_writes(api: Api) -> None:
    assert api.http.post("/contact-lists", data={"name": "A"}).status_code == 201
    for method in ("PUT", "PATCH"):
        answer = api.http.request(method, "/contact-lists/1", data={"name": method})
        assert answer.status_code == 204
    assert names(api) == ["PATCH"]


def test_a_form_in_the_body_of_a_get_is_no_input(api: Api) -> None:
    answer = api.http.request("GET", "/ussd-pulls/send", data={"ussd_codes[]": "*123#"})
    assert answer.status_code == 422
    assert "in the body of a GET" in answer.headers[HINT]


def test_query_and_body_are_input_together_and_the_body_is_stronger(api: Api) -> None:
    assert api.http.post("/contact-lists?name=A").json()["name"] == "A"
    assert api.http.post("/contact-lists?name=A", json={"name": "B"}).json()["name"] == "B"
    query = "mobile_numbers[]=%2B12025550123&type=SMS"
    answer = api.http.post(f"/messages/send?{query}", json={"message": "Hi"})
    assert answer.status_code == 201
    answer = api.http.request("GET", "/messages", json={"statuses": ["Failed"], "page": 7})
    assert (answer.json()["meta"]["total"], answer.json()["meta"]["current_page"]) == (0, 7)


def part(name: str, value: str, more: str = "") -> str:
    disposition = f'Content-Disposition: form-data; name="{name}"{more}'
    return f"--B\r\n{disposition}\r\nContent-Type: text/plain\r\n\r\n{value}\r\n"


def test_multipart_is_input_of_a_post(api: Api) -> None:
    content = part("name", "One\r\ntwo é -- ") + "--B--\r\n"
    answer = post(api, content, MULTIPART)
    assert (answer.status_code, answer.json()["name"]) == (201, "One\r\ntwo é --")
    content = part("mobile_numbers[0]", "+12025550123") + part("message", "Hi") + "--B--"
    answer = api.http.post("/messages/send", content=content, headers=MULTIPART)
    assert answer.status_code == 201
    content = part("_method", "PUT") + part("name", "B") + "--B--"
    answer = api.http.post("/contact-lists/1", content=content, headers=MULTIPART)
    assert (answer.status_code, names(api)) == (204, ["B"])


def test_the_multipart_of_a_library_is_read(api: Api) -> None:
    fields = {"name": (None, 'He said "hi"; \\o/')}
    assert api.http.post("/contact-lists", files=fields).json()["name"] == fields["name"][1]


def test_multipart_is_no_input_of_other_methods_or_without_a_boundary(api: Api) -> None:
    api.create("/contact-lists", name="A")
    content = part("name", "B") + "--B--\r\n"
    answer = api.http.put("/contact-lists/1", content=content, headers=MULTIPART)
    assert (answer.status_code, names(api)) == (422, ["A"])
    assert "for POST alone" in answer.headers[HINT]
    answer = post(api, content, {"Content-Type": "multipart/form-data"})
    assert answer.status_code == 422
    assert "boundary" in answer.headers[HINT]


@pytest.mark.parametrize(
    ("field", "name", "status"),
    [("name", "a.txt", 422), ("name", "", 422), ("config[a]", "a.txt", 201), ("x", "a.txt", 422)],
)
def test_a_file_is_neither_a_text_nor_a_list(api: Api, field: str, name: str, status: int) -> None:
    content = part(field, "some text", f'; filename="{name}"') + "--B--\r\n"
    more = "name=A&driver=d&supported_types[]=SMS" if status == 201 else ""
    path = f"/sending-servers?{more}"
    answer = api.http.post(path, content=content, headers=MULTIPART)
    assert answer.status_code == status
    assert status == 422 or answer.json()["config"] == {"a": {}}


@pytest.mark.parametrize("content", ["", "--B", "--B--", "--B\r\n\r\n", "--B\r\nX: y", "x"])
def test_a_broken_multipart_is_empty(api: Api, content: str) -> None:
    assert post(api, content, MULTIPART).status_code == 422


def test_a_body_beyond_the_limit_is_refused_before_anything_else(api: Api) -> None:
    most = 8 * 1024 * 1024
    fits = '{"name":"' + "x" * (most - 11) + '"}'
    assert len(fits) == most
    assert post(api, fits, JSON).status_code == 422
    answer = post(api, f"{fits} ", {**JSON, "Authorization": ""})
    assert (answer.status_code, answer.json()) == (413, {"message": "The POST data is too large."})


# PHP's variables


def test_of_a_repeated_key_the_last_counts(api: Api) -> None:
    answer = post(api, "name=A&name=B", FORM)
    assert (answer.status_code, answer.json()["name"]) == (201, "B")
    assert "name[]" in answer.headers[HINT]


def test_a_list_may_be_an_object_and_an_object_a_list(api: Api) -> None:
    campaign = api.create("/messages/send", mobile_numbers={"a": "+12025550123"}, message="Hi")
    assert [row["to"] for row in api.data("/messages", campaign=campaign["id"])] == ["+12025550123"]
    errors = api.errors("/messages/send", mobile_numbers={"a": "1"}, message="Hi")
    assert errors == {"mobile_numbers.a": ["The mobile_numbers.a field must be a valid number."]}
    field = {"label": "Size", "tag": "size", "type": "dropdown"}
    api.create("/contact-lists", name="A")
    created = api.create(
        "/contact-lists/1/fields", **field, options={"x": {"label": "S", "value": "s"}}
    )
    assert created["options"] == [{"label": "S", "value": "s"}]
    server = {"name": "A", "driver": "d", "supported_types": ["SMS"]}
    assert api.create("/sending-servers", **server, config={})["config"] == {}
    config = {"0": 5.0, "1": [0.5, "x"]}
    assert api.create("/sending-servers", **server, config=config)["config"] == [5, [0.5, "x"]]
    numbered = {"0": "SMS", "1": "MMS"}
    created = api.create("/sending-servers", **{**server, "supported_types": numbered})
    assert created["supported_types"] == ["SMS", "MMS"]


def test_variables_beyond_the_thousandth_are_dropped(api: Api) -> None:
    filler = "&".join(f"x{number}=1" for number in range(1000))
    answer = post(api, f"{filler}&name=A", FORM)
    assert answer.status_code == 422
    assert "max_input_vars" in answer.headers[HINT]
    assert post(api, f"name=A&{filler}", FORM).status_code == 201
    assert post(api, f"name=A&b{'[a]' * 2_000_000}=1", FORM).status_code == 201


@pytest.mark.parametrize("query", ["statuses=", "statuses", "statuses=Sent"])
def test_a_lone_status_is_no_list(api: Api, query: str) -> None:
    answer = api.http.get(f"/messages?{query}")
    assert answer.json()["errors"] == {"statuses": ["The statuses field must be an array."]}
    assert "statuses[]" in answer.headers[HINT]


NAMES = ("a", "b", "[", "]", "[]", "[0]", "[x]", "=", " ", ".", "+", "%20", "%5B", "&", "&", "=1")
ODD = ("_", "-", "0", "%00", "é", "%ff", "[-3]", "[01]", "[9223372036854775807]", "a[ ]=1")


def as_array(value: Any) -> Any:
    """PHP's arrays as json_encode writes them: with the keys 0, 1, 2 … as lists."""
    if isinstance(value, dict):
        if list(value) == [str(number) for number in range(len(value))]:
            return [as_array(inner) for inner in value.values()]
        return {key: as_array(inner) for key, inner in value.items()}
    return [as_array(inner) for inner in value] if isinstance(value, list) else value


@needs_php
def test_variables_are_those_of_php() -> None:
    rng = random.Random(1)
    queries = ["".join(rng.choices((*NAMES, *ODD), k=rng.randint(1, 14))) for _ in range(5000)]
    queries += ["&".join(f"a{number}" for number in range(1002))]
    queries += [f"a{'[x]' * 64}", f"b{'[x]' * 65}"]
    code = "parse_str($line,$o);echo json_encode($o,JSON_INVALID_UTF8_SUBSTITUTE);"
    for query, expected in zip(queries, php(code, *queries), strict=True):
        found = as_array(parse_query(query.encode()).values)
        assert json.dumps(found) == json.dumps(expected), query


# Trimming


def test_white_space_and_what_is_invisible_is_trimmed(api: Api) -> None:
    around = "\0 \t\n\u00a0\u200b\u200e\ufeff\u2800\u3164\u00ad"
    assert api.create("/contact-lists", name=f"{around}A{around}B{around}")["name"] == (
        f"A{around}B"
    )
    assert api.errors("/contact-lists", name=around)


@needs_php
def test_white_space_is_that_of_php() -> None:
    code = (
        "foreach($line as $c){$o[]=preg_match('~^[\\s\\0]$~uD',mb($c));}echo json_encode($o);"
    ).replace("mb($c)", 'iconv("UCS-4BE","UTF-8",pack("N",$c))')
    points = [*range(0x3001), *range(0xE000, 0x11000)]
    [found] = php(code, points)
    assert {chr(point) for point, yes in zip(points, found, strict=True) if yes} <= set(TRIMMED)


# Rules


def test_an_attribute_has_a_message_for_each_rule_that_it_breaks(api: Api) -> None:
    answer = api.http.post("/contact-lists", json={"name": ["x"] * 256})
    assert answer.json() == {
        "message": "The name field must be a string. (and 1 more error)",
        "errors": {
            "name": [
                "The name field must be a string.",
                "The name field must not be greater than 255 characters.",
            ]
        },
    }
    api.create("/contact-lists", name="A")
    errors = api.errors("/contact-lists/1/fields", label="L", tag="!" * 256, type="text")
    assert errors["tag"] == [
        "The tag field must not be greater than 255 characters.",
        "The tag field format is invalid.",
    ]
    hours = {"start": "17:00", "end": "8:00"}
    assert api.errors("/messages/send", "POST", **SEND, active_hours=hours) == {
        "active_hours.end": [
            "The active hours.end field must match the format H:i.",
            "The active hours.end field must be a date after active hours.start.",
        ]
    }


def test_the_messages_of_items_come_after_those_of_attributes(api: Api) -> None:
    answer = api.http.post("/messages/send", json={**SEND, "sims": [99], "delay": "x"})
    assert list(answer.json()["errors"]) == ["delay", "sims.0"]


def test_a_name_in_camel_case_has_blanks_in_messages(api: Api) -> None:
    api.create("/contact-lists", name="A")
    api.create("/contact-lists/1/fields", label="L", tag="firstName", type="text", required=True)
    errors = api.errors("/contact-lists/1/contacts", mobile_number="+12025550123")
    assert errors == {"firstName": ["The first name field is required."]}


@pytest.mark.parametrize("delay", [5, "5", " 5 ", "+5", 5.0, True, "-0", "0", False])
def test_what_php_reads_as_an_integer_is_one(api: Api, delay: object) -> None:
    answer = api.http.post("/messages/send", json={**SEND, "delay": delay})
    assert (answer.status_code == 201) == (delay is not False)


@pytest.mark.parametrize("delay", ["05", "5.0", 5.5, "1e1", "5 5", "٥", [5], 10**30])
def test_what_php_does_not_read_as_an_integer_is_none(api: Api, delay: object) -> None:
    answer = api.http.post("/messages/send", json={**SEND, "delay": delay})
    errors = answer.json()["errors"]["delay"]
    assert errors[0] == "The delay field must be an integer."
    assert (HINT in answer.headers) == (delay in ("05", "5.0", 5.5, "1e1", 10**30))


NUMBERS = ["5", "-5", "+5", "05", "5.0", "1e3", "0x1A", " 5", "5 ", "\t5\n", "\f5", "5\v", "1_0"]
MORE = ["", "-", "--5", "9223372036854775807", "9223372036854775808", "-9223372036854775808", ".5"]
VALUES = [*NUMBERS, *MORE, "-0", "+0", "00", "٣", "5.", ".", "1e", "1e400", "5\0", "inf", "nan"]
OTHERS = [5, -5, 0, 5.0, 5.5, 1e13, 1e14, 1e15, 1e300, -0.0, True, 10**20, 5.000000000000001]


@needs_php
def test_integers_and_numbers_are_those_of_php() -> None:
    code = "echo json_encode([filter_var($line,FILTER_VALIDATE_INT),is_numeric($line)]);"
    for value, (integer, numeric) in zip(
        [*VALUES, *OTHERS], php(code, *VALUES, *OTHERS), strict=True
    ):
        assert as_integer(value) == (None if integer is False else integer), value
        is_text = isinstance(value, str)
        assert bool(NUMERIC.fullmatch(php_text(value))) == numeric or not is_text, value


@pytest.mark.parametrize(("page", "current"), [("2", 2), (" 2 ", 2), ("+2", 2), ("02", 1)])
def test_a_page_is_an_integer_of_php(api: Api, page: str, current: int) -> None:
    assert api.get("/devices", page=page)["meta"]["current_page"] == current


@pytest.mark.parametrize("value", [True, False, 1, 0, "1", "0", " 1 "])
def test_a_boolean_is_one_of_six(api: Api, value: object) -> None:
    assert api.create("/messages/send", **SEND, prioritize=value)["options"]["prioritize"] == (
        value in (True, " 1 ", "1")
    )


@pytest.mark.parametrize("value", ["true", "false", "yes", 1.0, 2, [], {}])
def test_no_other_boolean_is_one(api: Api, value: object) -> None:
    answer = api.http.post("/messages/send", json={**SEND, "prioritize": value})
    assert answer.json()["errors"] == {
        "prioritize": ["The prioritize field must be true or false."]
    }
    assert ("'true'" in answer.headers.get(HINT, "")) == (value in ("true", "false"))


def test_numbers_are_compared_with_options_as_texts(api: Api) -> None:
    api.create("/contact-lists", name="A")
    options = [{"label": "five", "value": "5"}]
    field = {"label": "L", "tag": "size", "type": "dropdown", "options": options}
    api.create("/contact-lists/1/fields", **field)
    api.create("/contact-lists/1/contacts", mobile_number="+12025550123", size=5)
    assert api.errors("/contact-lists/1/contacts", mobile_number="+12025550124", size=6)


# Time zones


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires"])
def test_a_canonical_zone_is_taken(api: Api, zone: str) -> None:
    assert api.send(timezone=zone)["timezone"] == zone


@pytest.mark.parametrize(
    "zone",
    ["Etc/UTC", "GMT", "US/Pacific", "localtime", "EST", "europe/berlin", "Asia/Calcutta", 5],
)
def test_other_names_of_a_zone_are_refused(api: Api, zone: object) -> None:
    answer = api.http.post("/messages/send", json={**SEND, "timezone": zone})
    assert answer.json()["errors"]["timezone"] == ["The timezone field must be a valid timezone."]
    assert "canonical names" in answer.headers[HINT]


@needs_php
def test_zones_are_those_of_php() -> None:
    [found] = php("echo json_encode(DateTimeZone::listIdentifiers());", None)
    assert set(found) == ZONES


# Dates

DATES = [
    *("2030-06-03", "2030-6-3", "2030/06/03", "06/03/2030", "6/3/30", "3.6.2030", "03-06-2030"),
    *("03.06.30", "20300603", "2030-06", "30-06-03", "3 June 2030", "3 Jun 2030", "03-Jun-2030"),
    *("3rd of June 2030", "June 3, 2030", "Jun 3 2030", "June 3rd, 2030", "June 2030"),
    *("2030-Jun-03", "Jun-03-2030", "2030W23", "2030-W23-1", "2030W231", "Mon, 03 Jun 2030"),
    *("Fri 2030-06-03", "Monday, June 3, 2030", "2028-02-29"),
    *("2030-02-30", "2029-02-29", "31/12/2030", "13/13/2030", "2030-13-01", "2030-00-01"),
    *("2030-06-00", "99", "2030", "1", "tomorrow", "now", "+1 day", "noon", "monday", "12:00"),
    *(
        "2030-06-033",
        "2030-06-03 2030-06-04",
        "2030-06-03 12:00 13:00",
        "2030_06_03",
        "x",
        "3 June",
    ),
    *("2030-06-03T16:30:00.5 GMT", "2030-6-3T16:30:00.5", "20300603T16:30:00.5", "@1900000000"),
    *("2030-06-03 +02 -03", "20300603163000", "2030-06-03 Mars/One", "2030-06-03 ("),
]
TIMES = [
    *("", " 16:30", "T16:30", "T16:30:00", " 16:30:00", "T16:30:00.000000", " 16.30", "T1630"),
    *(" 4:30 pm", " 4pm", " 12 am", " 12:05 a.m.", " 24:00", " 25:00", " 16:60", " 9:5", "t163000"),
]
ENDS = ["", "Z", " UTC", "+02:00", " +0200", "+02", " Europe/Berlin", " CET", " -2 weeks"]
ENDS += [" +1 month", " (UTC)", " GMT+2", " Foo", " + 3 hours", " -1 year", " EST +90 minutes"]


def seconds(text: str) -> int | None:
    """Seconds since 1970 of a date; None if it is none."""
    try:
        return int(parse_date(text, UTC).timestamp())
    except (ValueError, KeyError):
        return None


@needs_php
def test_dates_are_those_of_php() -> None:
    """Laravel's rule: strtotime reads it, and date_parse finds an existing day in it."""
    texts = [*DATES, *(day + time + end for day in DATES[:28] for time in TIMES for end in ENDS)]
    code = (
        "$t=strtotime($line);$d=date_parse($line);"
        "$day=checkdate((int)$d['month'],(int)$d['day'],(int)$d['year']);"
        "echo json_encode($t!==false&&$day?$t:null);"
    )
    found = {text: seconds(text) for text in texts}
    assert found == dict(zip(texts, php(code, *texts), strict=True))


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2031-01-02", "2031-01-01T23:00:00"),
        ("2 January 2031 4pm", "2031-01-02T15:00:00"),
        ("01/02/2031 16:00 UTC", "2031-01-02T16:00:00"),
        ("2031-01-02T16:00:00-05:00", "2031-01-02T21:00:00"),
        ("2031-01-31 16:00 +1 month", "2031-03-03T15:00:00"),
        (20310102, "2031-01-01T23:00:00"),
    ],
)
def test_a_date_without_a_zone_is_in_that_of_the_campaign(
    api: Api, text: object, instant: str
) -> None:
    campaign = api.send(scheduled_at=text, timezone="Europe/Berlin")
    assert campaign["scheduled_at"] == f"{instant}.000000Z"


@pytest.mark.parametrize("text", ["tomorrow", "+1 day", "12:00", "2031-02-30", "soon", True, [1]])
def test_a_relative_date_is_none(api: Api, text: object) -> None:
    answer = api.http.post("/messages/send", json={**SEND, "scheduled_at": text})
    assert answer.json()["errors"] == {
        "scheduled_at": ["The scheduled at field must be a valid date."]
    }
    assert "strtotime" in answer.headers[HINT]


# What is relaxed


def test_each_rule_can_be_relaxed(start: Start) -> None:
    api = start(lenient=lenient.RULES)
    assert api.http.get("/contacts/9", headers={"Accept": "*/*"}).json()["message"]
    assert post(api, '{"name":"A"}', {}).json()["name"] == "A"
    assert api.http.get("/messages?statuses=Sent&statuses=Failed").status_code == 200
    assert api.http.get("/messages?statuses=Sent&statuses=Lost").status_code == 422
    assert api.http.get("/messages?statuses=Sent").status_code == 200
    assert api.http.get("/messages?statuses=").status_code == 200
    assert api.http.post("/messages/send", json={**SEND, "timezone": "Etc/UTC"}).is_success
    assert api.http.post("/messages/send", json={**SEND, "timezone": "x"}).status_code == 422
    assert post(api, '{"name":"' + "x" * 9_000_000 + '"}', JSON).status_code == 422


def test_one_rule_is_relaxed_and_the_others_are_not(start: Start) -> None:
    api = start(lenient=("accept",))
    assert post(api, '{"name":"A"}', {"Accept": "*/*"}).status_code == 422
    change(api.gateway.settings.db, Change({"lenient": ["content-type"]}))
    assert post(api, '{"name":"A"}', {"Accept": "*/*"}).status_code == 201
    assert post(api, "{}", {"Accept": "*/*"}).status_code == 302
    change(api.gateway.settings.db, Change({"lenient": None}))
    assert post(api, '{"name":"A"}', {}).status_code == 422


def test_a_hint_is_one_line_of_ascii(api: Api) -> None:
    api.create("/contact-lists", name="A")
    label = "é" * 200 + "\r\nSet-Cookie: a=b"
    options = [{"label": label, "value": "s"}]
    api.create("/contact-lists/1/fields", label="L", tag="t", type="dropdown", options=options)
    answer = api.http.post(
        "/messages/send", json={**SEND, "frequency_unit": label}, headers={"Accept": "*/*"}
    )
    assert answer.headers[HINT].isascii()
    answer = api.http.get("/%0d%0aSet-Cookie:%20a=b" + "x" * 400, headers={"Accept": "*/*"})
    assert "Set-Cookie" not in answer.headers
    assert len(answer.headers[HINT]) <= 300


def test_little_is_loaded_until_it_is_used() -> None:
    modules = [f"smsgw_cli.sandbox.{name}" for name in ("multipart", "php_dates", "php_zones")]
    code = (
        "import sys, smsgw_cli.sandbox.server; print([m for m in sys.argv[1:] if m in sys.modules])"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code, *modules], capture_output=True, text=True, check=True
    )
    assert ran.stdout.strip() == "[]"


def test_every_zone_is_known_to_python() -> None:
    assert all(ZoneInfo(name).key == name for name in ZONES)
