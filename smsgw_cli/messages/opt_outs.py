"""Finds in received messages who opted out, and who opted in again."""

from collections.abc import Iterable, Iterator
from contextlib import closing
from typing import Any, NamedTuple

from smsgw_cli.api.reader import ListReader
from smsgw_cli.errors import Usage
from smsgw_cli.messages.opt_out_words import Meaning, StopWords, Word
from smsgw_cli.model import RECEIVED, Record
from smsgw_cli.sms.numbers import e164
from smsgw_cli.sms.same_phone import usual_spelling
from smsgw_cli.sms.timestamps import format_timestamp, parse_timestamp


class Reply(NamedTuple):
    """A received message that says something about opting out.

    `number` is the sender in E.164, None if it cannot be read. `at` is when it was sent, in UTC to
    the second; empty, which is before everything, if that is unknown.
    """

    at: str
    id: int
    sender: str
    number: str | None
    content: str
    word: Word

    @property
    def person(self) -> str:
        """The usual spelling of the sender's number, or the sender itself if it is none."""
        return usual_spelling(self.number or self.sender)

    @property
    def meaning(self) -> Meaning:
        return self.word.meaning

    @property
    def reason(self) -> str:
        return f"replied {self.content.strip()!r} in message {self.id} of {self.at}"

    def as_record(self) -> Record:
        return {"id": self.id, "from": self.sender, "content": self.content, "sent_at": self.at}


class Replies(NamedTuple):
    """The newest word of each person, the replies that only look like an opt-out and are newer, and
    how many were left out as older than the upgrade."""

    newest: dict[str, Reply]
    similar: list[Reply]
    older: int

    def opting_in(self) -> "Replies":
        """The newest words that opt in alone."""
        newest = {key: each for key, each in self.newest.items() if each.meaning is Meaning.START}
        return Replies(newest, [], 0)


def replies(
    api: ListReader, words: StopWords, query: dict[str, Any], region: str | None
) -> Iterator[Reply]:
    """The replies that say something about opting out, in the order of the server.

    `query` are further filters of `GET /messages`, `region` is the country of numbers without a +.
    """
    with closing(api.pages("messages", {**query, "statuses": [RECEIVED]})) as messages:
        for message in messages:
            content = str(message.get("content") or "")
            if word := words.meaning(content):
                yield _reply(message, content, word, region)


def newest(found: Iterable[Reply], since: str | None) -> Replies:
    """The newest words; those that 0.1.0 did not know count from `since` on, if that is given."""
    replies = sorted(set(found), key=lambda each: (each.at, each.id))
    words = [each for each in replies if each.meaning is not Meaning.SIMILAR]
    counted = [each for each in words if not (since and each.word.is_new and each.at < since)]
    latest = {each.person: each for each in counted}
    similar = [
        each
        for each in replies
        if each.meaning is Meaning.SIMILAR and not _is_settled(each, latest.get(each.person))
    ]
    return Replies(latest, similar, len(words) - len(counted))


def _is_settled(reply: Reply, latest: Reply | None) -> bool:
    """Whether the person said clearly what is meant, before with STOP or later."""
    if latest is None:
        return False
    return latest.meaning is Meaning.STOP or (latest.at, latest.id) > (reply.at, reply.id)


def _reply(message: Record, content: str, word: Word, region: str | None) -> Reply:
    sender = str(message.get("from") or "")
    moment = parse_timestamp(message.get("sent_at") or message.get("delivered_at"))
    at = format_timestamp(moment) if moment else ""
    return Reply(at, message["id"], sender, _number(sender, region), content, word)


def _number(sender: str, region: str | None) -> str | None:
    try:
        return e164(sender, region, any_number=True)
    except Usage:
        return None
