# SPDX-License-Identifier: BSD-2-Clause
"""Start the kernel in ways of a test's choice: hart, place, a1, and where RAM is."""
import os
import struct

import qemu
from suite import built, expect, program

# Where start.S looks for its wishes (start.lds), and its word for "as OpenSBI gave it".
WISHES = 0x80182000
AS_GIVEN = (1 << 64) - 1


def started_by_us(kernel, hart=0, entry=0x80200000, fdt=AS_GIVEN, blob=None, together=0):
    """Arguments for qemu.boot(): `kernel` starts at `entry` on `hart`, a1 being `fdt`.

    With `blob`, a file, its bytes lie at `fdt`. With `together`, so many harts start there
    at once, `hart` being none of the test's business.
    """
    extra = ["-device", f"loader,file={kernel},addr={entry:#x},force-raw=on"]
    for index, word in enumerate((hart, entry, fdt, together)):
        extra += ["-device", f"loader,addr={WISHES + 8 * index:#x},data={word:#x},data-len=8"]
    if blob:
        extra += ["-device", f"loader,file={blob},addr={fdt:#x},force-raw=on"]
    return {"kernel": program("hart_first/start"), "extra": extra}


# Where firmware.S looks for its wishes (firmware.lds).
BARE_WISHES = 0x8000


def on_bare_machine(kernel, entry, blob, fdt, mem):
    """Arguments for qemu.boot(): a hart, `mem` of RAM from address 0 on, and nothing else.

    bare/firmware.S starts `kernel` at `entry` with a1 at `fdt`, where the bytes of the file
    `blob` lie. So RAM is where the blob says, above the lowest 64 KiB.
    """
    extra = [*qemu.sparse(mem), "-cpu", "rv64", "-monitor", "none", "-semihosting",
             "-device", f"loader,file={program('bare/firmware')},cpu-num=0",
             "-device", f"loader,file={kernel},addr={entry:#x},force-raw=on",
             "-device", f"loader,file={blob},addr={fdt:#x},force-raw=on"]
    for index, word in enumerate((entry, fdt)):
        extra += ["-device", f"loader,addr={BARE_WISHES + 8 * index:#x},data={word:#x},data-len=8"]
    return {"kernel": None, "machine": "none", "mem": mem, "append": "", "extra": extra}


def elf_at(config, address, folder):
    """A copy of the configuration's molt.elf that asks to be loaded at `address`."""
    with open(os.path.join(built(config), "molt.elf"), "rb") as file:
        elf = bytearray(file.read())
    table, = struct.unpack_from("<Q", elf, 32)
    entry_size, count = struct.unpack_from("<HH", elf, 54)
    headers = [table + index * entry_size for index in range(count)]
    # Elf64_Phdr: p_type at 0 (1: PT_LOAD), p_paddr at 24.
    loads = [at for at in headers if struct.unpack_from("<I", elf, at) == (1,)]
    expect(loads, "molt.elf has no PT_LOAD")
    places = [struct.unpack_from("<Q", elf, at + 24)[0] for at in loads]
    for at, place in zip(loads, places):
        struct.pack_into("<Q", elf, at + 24, place - min(places) + address)
    path = os.path.join(folder, "molt.elf")
    with open(path, "wb") as file:
        file.write(elf)
    return path
