# SPDX-License-Identifier: BSD-2-Clause
"""The live page tables after the molt, as QEMU sees them: a witness the kernel cannot forge."""
import itertools

from monitor import idle_machine
from page_map import (check_not_mapped, check_write_xor_execute, parse, rights_at, rights_of)
from start import started_by_us
from suite import CORNERS, Failed, expect, expect_equal, image, span, test

FIRMWARE = (0x80000000, 0x80080000)
KIMAGE = 0xffffffffc0000000


def check_page_tables(config, mappings, loaded):
    """All that DESIGN.md promises of the final address space; the image is at `loaded`."""
    image_begin = span(config, "image")[0]

    def physical(part):
        return [address - image_begin + loaded for address in span(config, part)]

    check_write_xor_execute(mappings)
    check_not_mapped(mappings, *FIRMWARE)
    for mapping in mappings:
        expect("u" not in mapping.flags, f"open to user code: {mapping}")
    for part, rights in ("text", "r-x"), ("rodata", "r--"), ("data", "rw-"), ("init", ""):
        expect_equal(rights_at(mappings, *span(config, part)), {rights}, f"image: {part}")
    for part, rights in ("text", "r--"), ("rodata", "r--"):
        expect_equal(rights_of(mappings, *physical(part), but=KIMAGE), {frozenset([rights])},
                     f"linear map: {part}")
    # Once the window's pages are plain memory they have no other mapping at all.
    expect_equal(rights_of(mappings, *physical("init")), {frozenset(["rw-"])},
                 "all mappings of what was the init window")


@test(*itertools.product(CORNERS + ["tiny", "debug"], [1, 4]))
def page_tables(config, smp):
    with idle_machine(image(config), mem="64M", smp=smp) as monitor:
        check_page_tables(config, parse(monitor.ask("info mem")), 0x80200000)


@test(*zip(["qemu_virt", "keep_hotplug"]))
def page_tables_elsewhere(config):
    """The same where the image is not at the ELF's own address."""
    machine = started_by_us(image(config), entry=0x82000000)
    with idle_machine(**machine) as monitor:
        check_page_tables(config, parse(monitor.ask("info mem")), 0x82000000)


@test(*zip(["qemu_virt", "hotplug"]))
def every_hart(config):
    """Each hart is on these tables."""
    with idle_machine(image(config), smp=4) as monitor:
        maps = set()
        for hart in range(4):
            monitor.ask(f"cpu {hart}")
            mappings = parse(monitor.ask("info mem"))
            check_page_tables(config, mappings, 0x80200000)
            maps.add(tuple(mapping[:3] for mapping in mappings))
    expect_equal(len(maps), 1, "different maps on four harts")


PLAIN = """\
vaddr            paddr            size             attr
---------------- ---------------- ---------------- -------
ffffffc000200000 0000000080200000 0000000000003000 r---ga-
ffffffc000203000 0000000080203000 0000000000200000 rw--gad
ffffffffc0000000 0000000080200000 0000000000003000 r-x-ga-
"""
PLANTED = {
    "one mapping": "ffffffffc0100000 0000000090000000 0000000000001000 rwx-gad\n",
    "two mappings": "ffffffffc0100000 0000000080202000 0000000000001000 rw--gad\n",
    "code in data": "ffffffffc0100000 0000000080402000 0000000000001000 r-x-ga-\n",
    "firmware": "ffffffc00007f000 000000008007f000 0000000000001000 r---ga-\n",
    "a line of another form": "ffffffc00007f000 000000009007f000 0000000000001000 rwx\n",
}


@test(*zip([None, *PLANTED]))
def checker_finds(what):
    """This suite's own checker finds a planted line, and nothing without it."""
    try:
        mappings = parse(PLAIN + PLANTED.get(what, ""))
        check_write_xor_execute(mappings)
        check_not_mapped(mappings, *FIRMWARE)
    except Failed:
        expect(what, "a finding where there is nothing to find")
        return
    expect(not what, "not found")


@test()
def checker_reads_rights():
    mappings = parse(PLAIN)
    expect_equal(rights_at(mappings, KIMAGE, KIMAGE + 0x4000), {"r-x", ""}, "by virtual address")
    expect_equal(rights_of(mappings, 0x80202000, 0x80204000),
                 {frozenset(["r--", "r-x"]), frozenset(["rw-"])}, "by physical address")
