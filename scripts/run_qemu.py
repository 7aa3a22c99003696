#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Boot the built kernel on QEMU, its console on this terminal (Ctrl-A X quits).

Ends with QEMU's exit status; where that is 0 and the kernel's closing line is missing, or
has another status, with that of the failure: sifive_u has no other way to tell of one. With
poweroff=no no closing line is expected.
"""
import argparse
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

import qemu

# Nobody is there to quit it where the input is no terminal.
SECONDS = 600


def machine_arguments(description):
    """A parser of what a machine is made of, for more to be added."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--out", default="build", help="the build's folder")
    parser.add_argument("--board", default="virt", choices=qemu.BOARDS)
    parser.add_argument("--mem", default="128M")
    parser.add_argument("--smp", default="1")
    parser.add_argument("--append", default="", help="the kernel's parameters")
    parser.add_argument("--qemu-args", default="", help="more arguments for QEMU, quoted as in sh")
    return parser


def console(log):
    """QEMU arguments: console and monitor on stdio, and a copy of what is printed in `log`."""
    return ["-chardev", f"stdio,id=console,mux=on,signal=off,logfile={log}",
            "-serial", "chardev:console", "-mon", "chardev=console"]


def judge(run, stays):
    """(exit status, what is wrong or None) of a run."""
    if run.code in (124, 137):
        return run.code, f"cut off: killed, or longer than {SECONDS} seconds"
    if run.status is None and not (stays and run.code == 0):
        return run.code or 1, (f"QEMU ended with {run.code} and the kernel did not end by "
                               "itself: there is no closing '@molt' line of type end")
    if run.code or run.status:
        return run.code or min(run.status, 255), f"the kernel ended with status {run.status}"
    return 0, None


def run_kernel(options, log):
    extra = [*console(log), *shlex.split(options.qemu_args)]
    kernel = Path(options.out) / qemu.BOARDS[options.board].kernel
    argv = qemu.command(kernel, options.mem, options.smp, options.append, extra, options.board)
    if not sys.stdin.isatty():
        # In the foreground, so that Ctrl-C reaches QEMU too.
        argv = ["timeout", "--foreground", "-k", "5", str(SECONDS), *argv]
    code = subprocess.run(argv, check=False).returncode
    # Ended by a signal: as a shell would say it.
    code = 128 - code if code < 0 else code
    text = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
    return qemu.Run(argv, code, text)


def main():
    options = machine_arguments(__doc__).parse_args()
    try:
        with tempfile.TemporaryDirectory() as folder:
            run = run_kernel(options, Path(folder) / "console")
        status, wrong = judge(run, "poweroff=no" in options.append.split())
    except (OSError, ValueError) as error:
        status, wrong = 1, error
    except KeyboardInterrupt:
        status, wrong = 130, "interrupted"
    if wrong:
        print(f"run: {wrong}", file=sys.stderr)
    sys.exit(status)


if __name__ == "__main__":
    main()
