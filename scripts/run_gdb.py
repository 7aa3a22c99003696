#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""The built kernel on QEMU, stopped before its first instruction, and gdb connected to it.

The console comes to this terminal. When gdb ends, so does QEMU. Ends with gdb's status.
"""
import contextlib
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import qemu
from run_qemu import machine_arguments

HERE = Path(__file__).resolve().parent
# Nobody is there to end it where the input is no terminal.
SECONDS = 600


def arguments():
    parser = machine_arguments(__doc__)
    parser.add_argument("--gdb", default="gdb-multiarch", help="a gdb that knows RISC-V and Python")
    parser.add_argument("--gdb-args", default="", help="arguments for gdb, quoted as in sh")
    return parser.parse_args()


@contextlib.contextmanager
def machine(options, socket):
    """QEMU, waiting for gdb at `socket`; ended on the way out, however that is."""
    kernel = Path(options.out) / qemu.BOARDS[options.board].kernel
    extra = ["-S", "-gdb", f"unix:{socket},server=on,wait=off", *shlex.split(options.qemu_args)]
    argv = qemu.command(kernel, options.mem, options.smp, options.append, extra, options.board)
    # Ctrl-C is gdb's: it stops the kernel, not QEMU.
    with subprocess.Popen(argv, stdin=subprocess.DEVNULL, start_new_session=True) as process:
        try:
            for _ in range(100):
                if process.poll() is not None:
                    raise OSError(f"QEMU ended with {process.returncode} before gdb came")
                if socket.exists():
                    break
                time.sleep(0.1)
            yield
        finally:
            process.kill()


def main():
    options = arguments()
    if not shutil.which(options.gdb):
        sys.exit(f"gdb: {options.gdb} is missing: ./bootstrap installs gdb-multiarch")
    with tempfile.TemporaryDirectory(prefix="molt-gdb-") as folder:
        socket = Path(folder) / "gdb"
        argv = [options.gdb, "-q", "-nx", "-x", str(HERE / "gdb" / "molt.py"),
                "-ex", f"target remote {socket}", *shlex.split(options.gdb_args),
                str(Path(options.out) / "molt.elf")]
        if not sys.stdin.isatty():
            argv = ["timeout", "--foreground", "-k", "5", str(SECONDS), *argv]
        # Ctrl-C is gdb's here, too.
        signal.signal(signal.SIGINT, lambda *_: None)
        try:
            with machine(options, socket):
                return subprocess.run(argv, check=False).returncode
        except (OSError, ValueError) as error:
            sys.exit(f"gdb: {error}")


if __name__ == "__main__":
    sys.exit(main())
