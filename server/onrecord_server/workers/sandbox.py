"""Kernel limits on a worker: lifetime, memory, time, network and scheduling."""

import ctypes
import os
import platform
import resource
import signal
import struct
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_PR_SET_SECCOMP = 22
_PR_SET_NO_NEW_PRIVS = 38
_SECCOMP_MODE_FILTER = 2

_ALLOW = 0x7FFF0000
_REFUSE = 0x00050000 | 1  # with EPERM
_X32 = 0x40000000

_AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
# socket, connect, bind, execve, execveat; io_uring_setup, since a ring opens sockets of its own.
_REFUSED = {"x86_64": (41, 42, 49, 59, 322, 425), "aarch64": (198, 203, 200, 221, 281, 425)}

_libc = ctypes.CDLL(None, use_errno=True)


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def die_with_parent() -> None:
    """Set SIGKILL as the signal that this process gets when its parent ends."""
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def drop_network() -> bool:
    """Forbid sockets and exec with a seccomp filter; return False on an unsupported machine.

    A second line of defence: a query with SERVICE is refused before it reaches a worker.
    """
    machine = platform.machine()
    if machine not in _AUDIT_ARCH:
        return False
    program = _filter(_AUDIT_ARCH[machine], _REFUSED[machine])
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)
    argument = _Program(len(program) // 8, program)
    _prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.addressof(argument))
    return True


def _filter(arch: int, refused: tuple[int, ...]) -> bytes:
    """Return a BPF program: EPERM for refused system calls and for other architectures."""
    load, equal, greater, give = 0x20, 0x15, 0x35, 0x06
    checks = [(load, 0, 0, 4), (equal, 1, 0, arch), (give, 0, 0, _REFUSE), (load, 0, 0, 0)]
    checks.append((greater, len(refused), 0, _X32))
    checks += [(equal, len(refused) - 1 - index, 0, number) for index, number in enumerate(refused)]
    checks += [(give, 0, 0, _ALLOW), (give, 0, 0, _REFUSE)]
    # Jumps count from the next instruction; the two return instructions follow the last check.
    fixed = [
        (code, jump + 1 if code in (equal, greater) and index > 3 else jump, miss, value)
        for index, (code, jump, miss, value) in enumerate(checks)
    ]
    return b"".join(struct.pack("HBBI", *instruction) for instruction in fixed)


def limit_memory(allowance: int) -> None:
    """Limit the address space of this process to its current size plus `allowance` bytes.

    The engine aborts on a failed allocation, so a process at the limit ends with SIGABRT; one at
    the time limit ends with SIGALRM.
    """
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    limit = pages * resource.getpagesize() + allowance
    resource.setrlimit(resource.RLIMIT_AS, (limit, resource.RLIM_INFINITY))


def use_batch_scheduling() -> None:
    """Use batch scheduling, so that a worker that wakes does not preempt the server process."""
    os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))


def prefer_oom_kill() -> None:
    """Disable core dumps, and make this process the first choice of the OOM killer."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    Path("/proc/self/oom_score_adj").write_text("1000")


def limit_time(seconds: float) -> None:
    """Kill this process after a number of seconds; 0 removes the limit.

    The kernel performs the default action of SIGALRM, so no Python code has to run.
    """
    signal.setitimer(signal.ITIMER_REAL, seconds)


def _prctl(option: int, *arguments: int) -> None:
    words = [ctypes.c_ulong(argument) for argument in (*arguments, *[0] * (4 - len(arguments)))]
    if _libc.prctl(option, *words) != 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
