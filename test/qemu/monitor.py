# SPDX-License-Identifier: BSD-2-Clause
"""A kernel that stays (poweroff=no), looked at through QEMU's monitor."""
import contextlib
import os
import re
import socket
import subprocess
import tempfile
import threading

import qemu
from suite import Failed, need

PROMPT = b"(qemu) "
SECONDS = 120


class Monitor:
    """QEMU's monitor on a socket: a question, its answer. `process` is QEMU's own.

    `said` is what the kernel printed until it was idle, in lines.
    """

    def __init__(self, path, process, said):
        self.process, self.said = process, said
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(SECONDS)
        self.socket.connect(path)
        self.answer()

    def answer(self):
        text = b""
        while not text.endswith(PROMPT):
            more = self.socket.recv(65536)
            if not more:
                raise Failed(f"the monitor hung up:\n{text.decode()}")
            text += more
        return text[:-len(PROMPT)].decode()

    def ask(self, question):
        self.socket.sendall(question.encode() + b"\n")
        return self.answer()


FIRST_HART = re.compile(r"^Molt: hart (\d+) first, ")


def wait_for_idle(process):
    """Read the console up to the line with which the kernel says that it stays.

    Returns the hart that booted it (others may be the firmware's, by NR_HARTS), and all lines.
    """
    said, first = [], None
    for line in process.stdout:
        said.append(line.decode("utf-8", "replace").rstrip())
        found = FIRST_HART.match(said[-1])
        first = found[1] if found else first
        if said[-1] == "idle" and first:
            return first, said
    raise Failed("the kernel ended or hung before it was idle:\n" + "\n".join(said[-20:]))


@contextlib.contextmanager
def idle_machine(kernel, append="", **options):
    """The monitor of a machine whose kernel has booted, checked itself and stays."""
    need(qemu.QEMU)
    with tempfile.TemporaryDirectory(prefix="molt-") as folder:
        path = os.path.join(folder, "monitor")
        argv = qemu.command(kernel, append=f"poweroff=no {append}", **options)
        qemu.take_small_pages()
        process = subprocess.Popen([*argv, "-monitor", f"unix:{path},server=on,wait=off"],
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                   stderr=subprocess.STDOUT)
        # A kernel that never comes to say so ends here, and the console with it.
        bound = threading.Timer(SECONDS, process.kill)
        bound.start()
        try:
            first, said = wait_for_idle(process)
            monitor = Monitor(path, process, said)
            monitor.ask(f"cpu {first}")
            yield monitor
        finally:
            bound.cancel()
            process.kill()
            process.communicate()
