# SPDX-License-Identifier: BSD-2-Clause
"""Runs in gdb: stops at each stage of boot, asks each command of `molt`, writes what came of it.

MOLT_STOPS names the file: a list of {stop, pc, satp, function, commands}, as JSON.
"""
import json
import os

import gdb

PAGES = ("0x80000000", "0x80200000", "&__text_begin", "&stage_now", "&__init_begin",
         "&__early_tables_begin", "fdt")
found = []


def ask(command):
    return gdb.execute(f"molt {command}", to_string=True)


def note(stop, pages=PAGES):
    """What the commands say here. `fdt`, a page, is known once memblock has told of it."""
    said = {name: ask(name) for name in ("stages", "memblock", "zones")}
    for line in said["memblock"].splitlines():
        if line.endswith(" fdt"):
            note.fdt = line.split("-")[0].strip()
    for page in pages:
        page = note.fdt if page == "fdt" else page
        if page:
            said[f"page {page}"] = ask(f"page {page}")
    frame = gdb.selected_frame()
    found.append({"stop": stop, "pc": frame.pc(), "function": frame.name(), "commands": said,
                  "fdt": note.fdt, "satp": int(gdb.parse_and_eval("(unsigned long)$satp"))})


note.fdt = None


def run_to(place):
    stop = gdb.Breakpoint(place, temporary=True)
    gdb.execute("continue", to_string=True)
    return stop


def main():
    run_to("early_map")
    note("early_map")
    run_to("boot_main")
    note("boot_main")
    for stage in "memblock", "mapped", "zones", "running", "molted":
        run_to("stage_enter")
        gdb.execute("finish", to_string=True)
        note(stage)
    run_to("zone_alloc")
    order = int(gdb.parse_and_eval("$a0"))
    gdb.execute("finish", to_string=True)
    note("allocated", [f"{int(gdb.parse_and_eval('(unsigned long)$a0')):#x}"])
    found[-1]["order"] = order
    try:
        gdb.execute("continue", to_string=True)
    except gdb.error as error:
        # The machine is switched off.
        if "Remote connection closed" not in str(error):
            raise
    with open(os.environ["MOLT_STOPS"], "w", encoding="utf-8") as file:
        json.dump(found, file)


main()
