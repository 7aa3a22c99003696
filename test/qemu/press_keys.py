#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Drive `make O=FOLDER menuconfig` by keys: switch MEMORY_HOTPLUG on, and save.

press_keys.py FOLDER     exit status 0: it went as planned
"""
import os
import sys

import pexpect


def main(folder):
    environment = {**os.environ, "TERM": "xterm", "LC_ALL": "C.UTF-8"}
    screen = pexpect.spawn("make", [f"O={folder}", "menuconfig"], timeout=60, env=environment,
                           dimensions=(40, 120), encoding="utf-8")
    try:
        screen.expect("Boot memory lifetimes")
        screen.send("\r")
        screen.expect("Add memory while running")
        screen.send("j ")  # the second entry; toggle it
        screen.send("q")
        screen.expect("(?i)save")
        screen.send("y")
        screen.expect(pexpect.EOF)
    except pexpect.ExceptionPexpect as error:
        sys.exit(f"menuconfig did not go as planned: {str(error)[:1500]}")
    finally:
        screen.close(force=True)
    return screen.exitstatus


sys.exit(main(sys.argv[1]))
