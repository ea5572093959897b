"""Ends a program that was started with a process group of its own."""

import os
import signal
import subprocess
import sys
from contextlib import suppress


def end(process: "subprocess.Popen[bytes]", *, patience: float = 0.0) -> None:
    """End the program and its children if it is still running; on Windows, the program alone.

    With a patience, in seconds, it is asked first where there is a signal for it.
    """
    if process.poll() is not None:
        return
    if sys.platform == "win32":
        process.kill()
    else:
        with suppress(ProcessLookupError, subprocess.TimeoutExpired):
            if patience:
                os.killpg(process.pid, signal.SIGTERM)
                process.wait(patience)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()
