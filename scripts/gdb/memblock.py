# SPDX-License-Identifier: BSD-2-Clause
"""What memblock knows: RAM, and what of it is taken."""
import gdb
import gdb.types

from kernel import Unknown, address_of

OWNER_SHIFT = 16
OWNER_AREA = 64  # include/mm/reserved.h


def available(kernel):
    """The kernel's struct memblock; Unknown where it says nothing yet, or is gone."""
    if kernel.is_shed(address_of("memblock")):
        raise Unknown("memblock is gone: the molt shed it (ARCH_DISCARD_MEMBLOCK=y)")
    memblock = kernel.variable("memblock")
    if not int(memblock["memory"]["cnt"]):
        raise Unknown("memblock is empty: the device tree has not been read yet")
    return memblock


def regions(kernel, which):
    """[(base, end, flags, node)] of a struct memblock_type."""
    entries = int(which["regions"])
    kind = gdb.lookup_type("struct memblock_region")
    for index in range(int(which["cnt"])):
        entry = kernel.at(kind, entries + index * kind.sizeof)
        base, flags = int(entry["base"]), int(entry["flags"]) & 0xffffffff
        node = int(entry["nid"]) if gdb.types.has_field(kind, "nid") else 0
        yield base, base + int(entry["size"]), flags, node


def flag_words(flags):
    low = flags & ((1 << OWNER_SHIFT) - 1)
    names = [field.name.removeprefix("MEMBLOCK_").lower()
             for field in gdb.lookup_type("enum memblock_flags").fields()
             if field.enumval and field.enumval & low]
    return " ".join(names)


def owner_name(kernel, flags):
    """Who has reserved a range: an owner of the ledger, with the name of its area, if it is one."""
    number, names = flags >> OWNER_SHIFT, kernel.strings("ledger_names")
    if number < OWNER_AREA:
        return names[number]
    areas = kernel.variable("reserved_areas")
    kind = gdb.lookup_type("struct reserved_area")
    area = kernel.at(kind, int(areas["areas"]) + (number - OWNER_AREA) * kind.sizeof)
    name = kernel.string(int(areas["names"]) + int(area["name"]))
    return f"{names[int(area['owner'])]} ({name})"


def owner_of(kernel, address):
    """Who has reserved a physical address; None: nobody."""
    for base, end, flags, _ in regions(kernel, available(kernel)["reserved"]):
        if base <= address < end:
            return owner_name(kernel, flags)
    return None


def is_ram(kernel, address):
    return any(base <= address < end
               for base, end, _, _ in regions(kernel, available(kernel)["memory"]))


def table(kernel):
    """Both sets, line by line."""
    memblock = available(kernel)
    for name in "memory", "reserved":
        which = memblock[name]
        yield (f"{name}: {int(which['cnt'])} of {int(which['max'])} ranges, "
               f"{int(which['total_size'])} bytes")
        for base, end, flags, node in regions(kernel, which):
            told = owner_name(kernel, flags) if name == "reserved" else \
                "" if node == -1 else f"node {node}"
            words = " ".join(filter(None, [told, flag_words(flags)]))
            yield f"  {base:#014x}-{end:#014x} {end - base:15} {words}".rstrip()
    if kernel.reached("zones"):
        yield "frozen: the zones own memory now"
