"""The table of outcomes: what an answer means does not depend on who asks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsgw_cli.api.retry_rules import (
    NON_IDEMPOTENT,
    Body,
    Disposition,
    FailureKind,
    Intent,
    ResponseSummary,
    disposition,
)
from smsgw_cli.contacts.jobs import is_taken
from smsgw_cli.errors import SmsgwError

ANSWERS = st.one_of(
    st.builds(
        ResponseSummary,
        status=st.integers(100, 999),
        retry_after=st.none() | st.sampled_from([0.0, 3.0, 9999.0]),
        body=st.sampled_from(Body),
        is_limit=st.booleans(),
    ),
    st.builds(ResponseSummary, failure=st.sampled_from(FailureKind)),
)


@given(ANSWERS, st.sampled_from(Intent))
def test_every_answer_means_something(answer: ResponseSummary, intent: Intent) -> None:
    assert isinstance(disposition(intent, answer), Disposition)


@given(ANSWERS, st.sampled_from(sorted(NON_IDEMPOTENT, key=str)))
def test_what_is_not_idempotent_is_repeated_only_where_it_was_not_processed(
    answer: ResponseSummary, intent: Intent
) -> None:
    if disposition(intent, answer) is Disposition.RETRY:
        is_limited = answer.status in (425, 429) or (answer.status == 503 and answer.is_limit)
        assert is_limited or answer.failure is FailureKind.NOT_CONNECTED


@given(ANSWERS, st.sampled_from(sorted(NON_IDEMPOTENT, key=str)))
def test_what_is_not_idempotent_failed_only_where_the_api_says_so(
    answer: ResponseSummary, intent: Intent
) -> None:
    failed = disposition(intent, answer) in (Disposition.REFUSED, Disposition.ABORT)
    if failed and answer.failure is None and answer.status not in (425, 429, 413, 414, 431):
        assert answer.status in range(400, 500)
        assert answer.body in (Body.ERROR, Body.NO_ROUTE)


@given(ANSWERS, st.sampled_from(sorted(frozenset(Intent) - NON_IDEMPOTENT, key=str)))
def test_what_is_idempotent_is_never_unknown(answer: ResponseSummary, intent: Intent) -> None:
    assert disposition(intent, answer) is not Disposition.UNKNOWN


@pytest.mark.parametrize(
    ("intent", "answer", "expected"),
    [
        (Intent.CREATE, ResponseSummary(201, body=Body.RECORD), Disposition.DONE),
        (Intent.CREATE, ResponseSummary(201, body=Body.OBJECT), Disposition.UNKNOWN),
        (Intent.CREATE, ResponseSummary(201, body=Body.OTHER), Disposition.UNKNOWN),
        (Intent.CHANGE, ResponseSummary(201, body=Body.OBJECT), Disposition.DONE),
        (Intent.CHANGE, ResponseSummary(201, body=Body.NONE), Disposition.UNKNOWN),
        (Intent.CHANGE, ResponseSummary(200, body=Body.ERROR), Disposition.UNKNOWN),
        (Intent.CHANGE, ResponseSummary(200, body=Body.OTHER), Disposition.UNKNOWN),
        (Intent.FETCH, ResponseSummary(200, body=Body.OTHER), Disposition.ABORT),
        (Intent.UPDATE, ResponseSummary(204), Disposition.DONE),
        (Intent.UPDATE, ResponseSummary(200, body=Body.OTHER), Disposition.RETRY),
        (Intent.DELETE, ResponseSummary(200, body=Body.ERROR), Disposition.RETRY),
        (Intent.CREATE, ResponseSummary(422, body=Body.ERROR), Disposition.REFUSED),
        (Intent.CREATE, ResponseSummary(422, body=Body.OTHER), Disposition.UNKNOWN),
        (Intent.CREATE, ResponseSummary(413), Disposition.REFUSED),
        (Intent.CREATE, ResponseSummary(425), Disposition.RETRY),
        (Intent.CREATE, ResponseSummary(429), Disposition.RETRY),
        (Intent.CREATE, ResponseSummary(429, retry_after=301.0), Disposition.ABORT),
        (Intent.CREATE, ResponseSummary(503), Disposition.UNKNOWN),
        (Intent.CREATE, ResponseSummary(503, retry_after=1.0), Disposition.UNKNOWN),
        (Intent.CREATE, ResponseSummary(503, is_limit=True), Disposition.RETRY),
        (Intent.CREATE, ResponseSummary(500, retry_after=301.0), Disposition.UNKNOWN),
        (Intent.CREATE, ResponseSummary(401, body=Body.ERROR), Disposition.ABORT),
        (Intent.CREATE, ResponseSummary(404, body=Body.NO_ROUTE), Disposition.ABORT),
        (Intent.CREATE, ResponseSummary(302), Disposition.UNKNOWN),
        (Intent.READ, ResponseSummary(302), Disposition.ABORT),
        (Intent.CREATE, ResponseSummary(failure=FailureKind.DROPPED), Disposition.UNKNOWN),
        (Intent.CREATE, ResponseSummary(failure=FailureKind.TOO_LARGE), Disposition.UNKNOWN),
        (Intent.CREATE, ResponseSummary(failure=FailureKind.NOT_CONNECTED), Disposition.RETRY),
        (Intent.CREATE, ResponseSummary(failure=FailureKind.UNTRUSTED), Disposition.ABORT),
        (Intent.UPDATE, ResponseSummary(500), Disposition.RETRY),
        (Intent.UPDATE, ResponseSummary(501), Disposition.ABORT),
        (Intent.UPDATE, ResponseSummary(404, body=Body.ERROR), Disposition.REFUSED),
        (Intent.DELETE, ResponseSummary(404, body=Body.ERROR), Disposition.DONE),
        (Intent.DELETE, ResponseSummary(404, body=Body.NO_ROUTE), Disposition.ABORT),
        (Intent.DELETE, ResponseSummary(404, body=Body.OTHER), Disposition.ABORT),
        (Intent.READ, ResponseSummary(failure=FailureKind.TOO_LARGE), Disposition.ABORT),
    ],
)
def test_what_an_answer_means(
    intent: Intent, answer: ResponseSummary, expected: Disposition
) -> None:
    assert disposition(intent, answer) is expected


def test_a_number_that_is_on_the_list_already_is_told_from_another_refusal() -> None:
    taken = SmsgwError("no", errors={"mobile_number": ["has already been taken."]})
    assert is_taken(taken)
    assert not is_taken(SmsgwError("no", errors={"name": ["is taken"]}))
    assert not is_taken(None)
