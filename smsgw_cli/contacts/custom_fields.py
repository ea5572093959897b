"""Checks values of a contact's custom fields; the API does not return the list of a contact."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from smsgw_cli.api.reader import ListReader
from smsgw_cli.contacts import field_values
from smsgw_cli.errors import Usage
from smsgw_cli.model import BUILT_IN_KEYS, ContactField, Record

Given = Sequence[tuple[str, str]]
"""Pairs of tag and text; a tag may be repeated."""
Outcome = tuple[Record, str | None]
"""Values in the API's form, or the reason they are invalid."""


def of_list(api: ListReader, contact_list: int) -> list[ContactField]:
    """The fields of a list: `GET /contact-lists/{id}/fields`. Raises NotFound if there is none."""
    return field_values.tagged(api.pages(f"contact-lists/{contact_list}/fields"))


def changed(api: ListReader, contact: Record, given: Given, contact_list: int | None) -> Record:
    """The given values of a contact, by tag, in the API's form.

    They are checked against the fields of the list, if given, else of every list that has all of
    the contact's tags; those must agree. Raises Usage otherwise.
    """
    if contact_list is not None:
        return checked(_own(of_list(api, contact_list), contact), given)
    _refuse_unknown(_tags(contact), given, "the contact has no field")
    return _agreed([_outcome(fields, given) for fields in _possible(api, contact)])


def _agreed(outcomes: Sequence[Outcome]) -> Record:
    """The values according to the fields of every possible list."""
    if not outcomes:
        raise Usage(
            "no list matches the fields of this contact", hint="specify the list with --list"
        )
    if len(set(map(repr, outcomes))) > 1:  # repr, as 1 equals True
        raise Usage(
            "the possible lists of this contact have different fields of that name",
            hint="specify the list with --list",
        )
    values, refusal = outcomes[0]
    if refusal:
        raise Usage(refusal)
    return values


def checked(fields: Iterable[ContactField], given: Given) -> Record:
    """The values of a contact, by tag, in the API's form; an empty text clears a value.

    Raises Usage for an unknown tag, an invalid text, and an empty one for a required field.
    """
    known = field_values.by_tag(fields)
    _refuse_unknown(known, given, "unknown field")
    texts: dict[str, list[str]] = {}
    for tag, text in given:
        texts.setdefault(tag, []).append(text)
    return {tag: _value(known[tag], each) for tag, each in texts.items()}


def refuse_missing(fields: Iterable[ContactField], contact: Record) -> None:
    """Raise Usage if a required field has neither a value nor a default."""
    missing = [
        str(field["tag"])
        for field in fields
        if field.get("required")
        and contact.get(str(field["tag"])) in (None, "", [])
        and field.get("default_value") is None
    ]
    if missing:
        raise Usage(
            f"missing required fields: {', '.join(missing)}",
            hint=f"use --field {missing[0]}=…",
        )


def _own(fields: list[ContactField], contact: Record) -> list[ContactField]:
    """The fields. Raises Usage if the contact has others, as it is then on a different list."""
    unknown = _tags(contact) - {str(field["tag"]) for field in fields}
    if unknown:
        raise Usage(
            f"the contact is not on that list, which does not have {', '.join(sorted(unknown))}"
        )
    return fields


def _refuse_unknown(tags: Collection[str], given: Given, error: str) -> None:
    for tag, _ in given:
        if tag not in tags:
            known = ", ".join(sorted(tags)) or "none"
            raise Usage(f"{error} {tag!r}", hint=f"fields: {known}")


def _possible(api: ListReader, contact: Record) -> Iterator[list[ContactField]]:
    """The fields of each list that has all of the contact's fields."""
    tags = _tags(contact)
    for contact_list in list(api.pages("contact-lists")):
        fields = of_list(api, contact_list["id"])
        if tags <= {str(field["tag"]) for field in fields}:
            yield fields


def _outcome(fields: Iterable[ContactField], given: Given) -> Outcome:
    try:
        return checked(fields, given), None
    except Usage as error:
        return {}, error.message


def _value(field: ContactField, texts: Sequence[str]) -> Any:
    """The value of one field; only a multiselect can be given several times. Raises Usage."""
    if texts == [""]:
        if field.get("required"):
            raise Usage(f"{field['tag']}: is required and cannot be empty")
        return field_values.empty_value(field)
    if field.get("type") == "multiselect":
        chosen = (option for text in texts for option in _parsed(field, text))
        return list(dict.fromkeys(chosen))
    if len(texts) > 1:
        raise Usage(f"{field['tag']}: given {len(texts)} times, but accepts one value")
    return _parsed(field, texts[0])


def _parsed(field: ContactField, text: str) -> Any:
    try:
        return field_values.parse(field, text)
    except Usage as error:
        raise Usage(f"{field['tag']}: {error.message}") from error


def _tags(contact: Record) -> set[str]:
    return set(contact) - BUILT_IN_KEYS
