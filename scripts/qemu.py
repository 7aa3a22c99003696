# SPDX-License-Identifier: BSD-2-Clause
"""Boot a kernel on one of QEMU's boards, bounded, and read what it said."""
import ctypes
import json
import os
import subprocess
import sys
from typing import NamedTuple

QEMU = os.environ.get("QEMU", "qemu-system-riscv64")
# Instructions are counted exactly, and come out the same in every run.
EXACT = ["-icount", "shift=0,sleep=off", "-seed", "1"]


class Board(NamedTuple):
    """What differs from board to board, for whoever starts a kernel and judges how it ended."""
    kernel: str       # the file that it takes, of what a build makes
    tells_status: bool  # QEMU's exit code is the kernel's status; else 0, ended by itself


BOARDS = {
    "virt": Board("Image", True),
    "sifive_u": Board("Image", False),  # all that its firmware can do is reboot
    "spike": Board("molt.elf", True),   # loads nothing but an ELF
}

PR_SET_THP_DISABLE = 41  # linux/prctl.h


def take_small_pages():
    """Have processes started from here on take the host's memory by small pages.

    Else a guest that touches two pages in each 2 MiB takes all of its memory from the host.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0)


def sparse(size):
    """Options for RAM of `size` that takes the host's only where it is touched."""
    return ["-object", f"memory-backend-ram,id=ram,size={size},reserve=off",
            "-machine", "memory-backend=ram"]


class Run:
    """What one boot left: exit code, console text, `@molt` objects."""

    def __init__(self, command, code, text):
        self.command, self.code, self.text = command, code, text
        self.objects = []
        for line in text.splitlines():
            if line.startswith("@molt "):
                self.objects.append(json.loads(line[len("@molt "):]))

    def all(self, kind, **members):
        """The objects of type `kind` that have these members, in order."""
        return [o for o in self.objects if o.get("type") == kind
                and all(o.get(k) == v for k, v in members.items())]

    def one(self, kind, **members):
        """The only such object; ValueError where there is none or more."""
        found = self.all(kind, **members)
        if len(found) != 1:
            raise ValueError(f"{len(found)} lines of type {kind} {members or ''}, not 1")
        return found[0]

    @property
    def status(self):
        """The kernel's own status, or None where the run has no closing line."""
        last = self.text.strip().splitlines()[-1:] or [""]
        ended = last[0].startswith("@molt ") and self.objects[-1].get("type") == "end"
        return self.objects[-1]["status"] if ended else None

    @property
    def passed(self):
        """Ended by itself, with success both in its last line and as exit code.

        Where the board passes no status on (Board.tells_status), exit code 0 is still the
        witness that the machine came to its end.
        """
        return self.status == 0 and self.code == 0

    def tail(self, lines=15):
        return "\n".join(self.text.rstrip().splitlines()[-lines:])


def command(kernel, mem="128M", smp=1, append="", extra=(), machine="virt"):
    """QEMU's command line; with no `kernel` (and then no `append`), `extra` loads one."""
    return [QEMU, "-machine", machine, "-nographic", "-no-reboot", "-m", str(mem),
            "-smp", str(smp), *(["-kernel", str(kernel)] if kernel else []),
            *(["-append", append] if append else []), *extra]


def boot(kernel, mem="128M", smp=1, append="quiet report=json", extra=(), seconds=300,
         machine="virt"):
    """Boot to the end, at most `seconds` long; a run cut off has code 124 or 137."""
    take_small_pages()
    argv = ["timeout", "-k", "5", str(seconds),
            *command(kernel, mem, smp, append, extra, machine)]
    done = subprocess.run(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=False)
    return Run(argv, done.returncode, done.stdout.decode("utf-8", "replace"))
