"""The custom fields of a contact, whose list the API does not return."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from smsgw_cli.api.reader import ListReader
from smsgw_cli.contacts import field_values
from smsgw_cli.errors import Usage
from smsgw_cli.model import BUILT_IN_KEYS, ContactField, Record

Given = Sequence[tuple[str, str]]
Outcome = tuple[Record, str | None]
"""Values in the API's form, or the reason they are invalid."""


def of_list(api: ListReader, contact_list: int) -> list[ContactField]:
    """The fields of a list: `GET /contact-lists/{id}/fields`. Raises NotFound if there is none."""
    return field_values.tagged(api.pages(f"contact-lists/{contact_list}/fields"))


def changed(api: ListReader, contact: Record, given: Given, contact_list: int | None) -> Record:
    """The given values of a contact, by tag, in the API's form.

    With the list they are checked against its fields. Without it, against those of every possible
    list, which is each one with all of the contact's tags: a value with the same result for all is
    accepted. Raises Usage otherwise.
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
    by_tag = {str(field["tag"]): field for field in fields}
    _refuse_unknown(by_tag, given, "unknown field")
    texts: dict[str, list[str]] = {}
    for tag, text in given:
        texts.setdefault(tag, []).append(text)
    return {tag: _value(by_tag[tag], each) for tag, each in texts.items()}


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
    """The fields. Raises Usage if the contact has other ones, so is on a different list."""
    strange = _tags(contact) - {str(field["tag"]) for field in fields}
    if strange:
        raise Usage(
            f"the contact is not on that list, which does not have {', '.join(sorted(strange))}"
        )
    return fields


def _refuse_unknown(tags: Collection[str], given: Given, told: str) -> None:
    for tag, _ in given:
        if tag not in tags:
            there = ", ".join(sorted(tags)) or "none"
            raise Usage(f"{told} {tag!r}", hint=f"fields: {there}")


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
    """Of one field, which only a multiselect may be given several times."""
    if texts == [""]:
        if field.get("required"):
            raise Usage(f"{field['tag']}: is required and cannot be empty")
        return field_values.nothing(field)
    if field.get("type") == "multiselect":
        chosen = (option for text in texts for option in field_values.typed(field, text))
        return list(dict.fromkeys(chosen))
    if len(texts) > 1:
        raise Usage(f"{field['tag']}: given {len(texts)} times, but accepts one value")
    return field_values.typed(field, texts[0])


def _tags(contact: Record) -> set[str]:
    return set(contact) - BUILT_IN_KEYS
