"""The command that a command line names, found before it is parsed.

Imports nothing, as it is needed before anything slow is imported.
"""

PLUGIN = "check"  # a monitoring plug-in, with exit codes and an output of its own
NO_RESULT = 3  # its exit code for everything that is no result
WITH_VALUE = {
    *("-p", "-o", "-c", "--profile", "--output", "--columns"),
    *("--query", "--set", "--timeout", "--retries"),
}


def is_plugin(words: list[str]) -> bool:
    """Whether it is `check`, so that any failure must end as one of a plug-in."""
    return command_word(words) == PLUGIN


def command_word(words: list[str]) -> str | None:
    """The first word that is neither an option of every command nor the value of one."""
    is_value = False
    for word in words:
        if is_value:
            is_value = False
        elif word[:1] != "-" or word == "-":
            return word
        else:
            is_value = word in WITH_VALUE or _ends_in_letter_with_value(word)
    return None


def _ends_in_letter_with_value(word: str) -> bool:
    """Whether it is several letters of which the last one takes the next word: `-qp`."""
    letters = "" if word.startswith("--") else word[1:]
    with_value = [f"-{letter}" in WITH_VALUE for letter in letters]
    return any(with_value) and with_value.index(True) == len(letters) - 1
