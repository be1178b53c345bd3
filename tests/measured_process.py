"""Runs of commands with what they take, told by a small process between.

The peak of memory that Linux tells of a process begins with that of the process it was forked from,
which is that of all tests before.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass

_BETWEEN = """
import json, resource, subprocess, sys
done = subprocess.run(sys.argv[1:], capture_output=True)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
told = [done.returncode, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024]
print(json.dumps([*told, done.stdout.decode(), done.stderr.decode()]))
"""


@dataclass(frozen=True, slots=True)
class Measured:
    """What a command has said and taken."""

    exit_code: int
    seconds: float
    """Of the processor."""
    memory: int
    """Bytes at the most."""
    stdout: str
    stderr: str


def measured(command: Sequence[str]) -> Measured:
    """Return what a command says and takes."""
    between = [sys.executable, "-S", "-c", _BETWEEN, *command]
    done = subprocess.run(between, capture_output=True, text=True, check=True)
    return Measured(*json.loads(done.stdout))
