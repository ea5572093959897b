"""Commands that a text shows with what they print, and what they print now."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)
TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+Z)?)?")


def of_markdown(text: str) -> Iterator[tuple[str, str]]:
    """Every command of the blocks marked as console, with its output."""
    for block in BLOCK.findall(text):
        yield from _examples(block)


def of_topic(text: str) -> Iterator[tuple[str, str]]:
    """Every command on a line that starts with `  $ `, with the indented output below it."""
    for block in re.findall(r"(?m)^  \$ (?:.*\n)(?:  .*\n)*", text):
        yield from _examples(re.sub(r"(?m)^  ", "", block))


def _examples(block: str) -> Iterator[tuple[str, str]]:
    for each in re.split(r"(?m)^\$ ", block)[1:]:
        command, _, output = each.partition("\n")
        yield command, output


def comparable(output: str) -> str:
    """Without what differs from run to run: the time, and progress before its last line."""
    output = TIME.sub("<time>", output)
    output = re.sub(r"(?m)^(campaign \d+|import|sync): .*\n(?=\1: )", "", output)
    return re.sub(r"(?m)[ \t]+$", "", output)


def shell(command: str) -> str:
    """What a command prints, both streams in their order."""
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    ended = subprocess.run(
        ["bash", "-c", command],
        env={**os.environ, "PATH": path, "PYTHONUNBUFFERED": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
    )
    return ended.stdout


def differences(examples: Iterator[tuple[str, str]]) -> list[str]:
    """Run the commands in their order; each that prints something else than shown, with both."""
    found = []
    for command, output in examples:
        now = comparable(shell(command))
        if now != comparable(output):
            found.append(f"$ {command}\nshown:\n{output}now:\n{now}")
    return found
