#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Knowledge flows down: fail on an #include that points up.

check_layers.py [FOLDER]     check Molt's source in FOLDER (default: this checkout)
check_layers.py --self-test  prove that each rule is enforced
"""

import os
import re
import sys
import tempfile

# Whose headers a room may include, as <owner/...>. The longest prefix of a path decides.
ROOMS = {
    "arch/": {"molt", "lib", "arch", "asm"},
    "lib/": {"molt", "lib"},
    "mm/": {"molt", "lib", "arch", "mm"},
    "drivers/": {"molt", "lib", "arch", "drivers"},
    "core/": {"molt", "lib", "arch", "mm", "drivers", "core", "abi"},
    "user/": {"abi"},
    # Mistakes on request, wherever they are made.
    "bugs/": {"molt", "lib", "arch", "mm", "drivers", "core"},
    # Programs of the host that are made of kernel files.
    "tools/": {"molt", "lib", "arch", "asm", "mm", "drivers", "core"},
    "include/molt/": {"molt"},
    "include/lib/": {"molt", "lib"},
    # The contract of a port is read by those who know no port: no <asm/> here.
    "include/arch/": {"molt", "lib", "arch"},
    "include/mm/": {"molt", "lib", "arch", "mm"},
    "include/drivers/": {"molt", "lib", "arch", "drivers"},
    "include/core/": {"molt", "lib", "arch", "mm", "drivers", "core", "abi"},
    "include/abi/": {"abi"},
}

# What a freestanding compiler brings along; open to all.
FREESTANDING = {"limits.h", "stdarg.h", "stdbool.h", "stddef.h", "stdint.h"}

# And where there is a hosted one: a C library.
HOSTED = "tools/"

LIBFDT_USER = re.compile(r"lib/fdt\w*\.c")
LIBFDT = {"fdt.h", "libfdt.h"}

FETCHED = "lib/libfdt/upstream/"
INCLUDE = re.compile(r"\s*#\s*include\b\s*(.*)")
NAME = re.compile(r'<([^>]+)>|"([^"]+)"')


def room_of(path):
    return max((room for room in ROOMS if path.startswith(room)), key=len, default=None)


def broken_rule(root, path, included):
    """The rule that @included, the text behind #include in @path, breaks; None if none."""
    name = NAME.match(included)
    if not name:
        return "an #include names its file in the open"
    outer, local = name.groups()
    room = room_of(path)
    if not room:
        return "include/ holds a folder for each owner, and nothing else"
    if local:
        if "/" in local or not os.path.exists(os.path.join(root, os.path.dirname(path), local)):
            return "quotes are for files of the same folder"
        return None
    if outer in FREESTANDING or (outer in LIBFDT and LIBFDT_USER.fullmatch(path)):
        return None
    if outer in LIBFDT:
        return "libfdt is for lib/fdt*.c alone"
    owner, slash, _ = outer.partition("/")
    if not slash and room == HOSTED:
        return None
    if slash and owner in ROOMS[room]:
        return None
    allowed = " ".join(f"<{owner}/>" for owner in sorted(ROOMS[room]))
    return f"{room} may include {allowed} only"


def sources(root):
    for top in sorted({room.split("/")[0] for room in ROOMS}):
        for folder, folders, names in os.walk(os.path.join(root, top)):
            folders.sort()
            for name in sorted(names):
                path = os.path.relpath(os.path.join(folder, name), root)
                if name.endswith((".c", ".h", ".S")) and not path.startswith(FETCHED):
                    yield path


def check(root):
    """(path, line, include, rule) for each #include in @root that breaks a rule."""
    for path in sources(root):
        with open(os.path.join(root, path), encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                include = INCLUDE.match(line)
                rule = include and broken_rule(root, path, include[1])
                if rule:
                    yield path, number, include[1].strip(), rule


ALLOWED = """
arch/riscv/sv39.c      <arch/paging.h>
arch/riscv/trap.S      <asm/csr.h>
arch/riscv/near.c      "near.h"
arch/riscv/near.h      <molt/types.h>
lib/fdt.c              <libfdt.h>
lib/fdt_scan.c         <libfdt.h>
mm/page.c              <mm/page.h>
mm/zone.c              <arch/page.h>
drivers/uart.c         <drivers/uart.h>
core/main.c            <mm/molt.h>
user/root/main.c       <abi/syscall.h>
tools/memmap/main.c    <stdio.h>
tools/memmap/main.c    <mm/memblock.h>
tools/memmap/main.c    <asm/layout.h>
include/molt/types.h   <stdint.h>
include/mm/zone.h      <arch/page.h>
include/core/thread.h  <abi/syscall.h>
"""

REFUSED = """
arch/riscv/sv39.c      <mm/memblock.h>
arch/riscv/trap.c      <core/thread.h>
arch/riscv/include/asm/csr.h  <mm/zone.h>
lib/list.c             <arch/page.h>
lib/list.c             <libfdt.h>
lib/list.c             <mm/page.h>
mm/page.c              <asm/csr.h>
mm/page.c              <core/thread.h>
mm/page.c              <drivers/uart.h>
mm/page.c              <libfdt.h>
mm/page.c              <stdio.h>
mm/page.c              "../core/thread.h"
mm/page.c              "absent.h"
mm/page.c              HEADER
drivers/uart.c         <mm/page.h>
drivers/uart.c         <asm/csr.h>
core/main.c            <asm/csr.h>
user/root/main.c       <molt/types.h>
user/root/main.c       <lib/string.h>
tools/memmap/main.c    <libfdt.h>
tools/memmap/main.c    <abi/syscall.h>
tools/memmap/main.c    "../../mm/zone_internal.h"
include/molt/types.h   <lib/string.h>
include/lib/list.h     <mm/page.h>
include/arch/paging.h  <asm/pte.h>
include/arch/trap.h    <core/thread.h>
include/mm/page.h      <core/thread.h>
include/drivers/uart.h <mm/page.h>
include/core/thread.h  <asm/csr.h>
include/abi/syscall.h  <molt/types.h>
include/stray.h        <molt/types.h>
"""


def plant(root, lines):
    """Write the given includes into files under @root; returns them as a list of pairs."""
    pairs = [line.split() for line in lines.split("\n") if line]
    for path, included in pairs:
        full = os.path.join(root, path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "a", encoding="utf-8") as file:
            file.write(f"# include {included}\n")
    return [tuple(pair) for pair in pairs]


def self_test():
    with tempfile.TemporaryDirectory() as root:
        plant(root, ALLOWED)
        wanted = set(plant(root, REFUSED))
        found = {(path, included) for path, _, included, _ in check(root)}
    for path, included in sorted(wanted - found):
        print(f"not found: {path} includes {included}")
    for path, included in sorted(found - wanted):
        print(f"wrongly refused: {path} includes {included}")
    print(f"{len(wanted & found)} of {len(wanted)} planted violations found")
    return found == wanted


def main():
    if sys.argv[1:] == ["--self-test"]:
        return 0 if self_test() else 1
    here = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
    root = sys.argv[1] if len(sys.argv) > 1 else here
    if root.startswith("-"):
        sys.exit(__doc__)
    found = list(check(root))
    for path, number, included, rule in found:
        print(f"{path}:{number}: #include {included}: {rule}")
    return 1 if found else 0


sys.exit(main())
