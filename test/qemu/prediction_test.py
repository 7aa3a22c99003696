# SPDX-License-Identifier: BSD-2-Clause
"""Boots as memmap predicts them: who has what of RAM, range by range and byte by byte."""
import random
import re
import tempfile
from typing import Callable, NamedTuple

import qemu
from devicetree import FIRMWARE, compiled, memory_node, source, with_memory, with_reserved
from judge import boot_success, check_ledgers, judged
from layout_test import two_nodes
from memmap import KINDS, MIB, RAM, area, cells, json_map
from start import started_by_us
from suite import bytes_of, expect, expect_equal, image, span, test

FDT = RAM + 12 * MIB


def kernel_size():
    return span("qemu_virt", "init")[1] - span("qemu_virt", "text")[0]


def shared(one, base, end):
    """Bytes of an entry in [base, end)."""
    return max(0, min(one["base"] + one["size"], end) - max(one["base"], base))


def partial_pages(memory):
    """Bytes of a range of RAM that are in no whole page of it."""
    base, end = memory["base"], memory["base"] + memory["size"]
    return -base % 4096 + end % 4096


def predicted(found, kept=None):
    """The ledger at stage `memblock`, from the map: each owner's bytes of RAM.

    With `kept`, [base, end), a limit makes the kernel forget who has what of the rest.
    """
    owners = dict.fromkeys(KINDS, 0)
    for one in found["reserved"]:
        for memory in found["memory"]:
            bytes_of_one = shared(one, memory["base"], memory["base"] + memory["size"])
            forgotten = kept and not shared(one, *kept)
            owners["limit" if forgotten else one["kind"]] += bytes_of_one
    lost = sum(partial_pages(memory) for memory in found["memory"])
    ram = sum(memory["size"] for memory in found["memory"])
    owners["free"] = ram - lost - sum(owners[kind] for kind in KINDS)
    owners["unusable"] = owners.pop("limit") + owners.pop("unmapped") + lost
    return owners


def counted(run):
    """The same, as the kernel counted it: (owners, bytes of tables of its own).

    The tables that hold more areas than boot's own are the kernel's wish and not the tree's:
    to memmap they are free.
    """
    owners = run.one("ledger", stage="memblock")["owners"]
    owners["kernel"] = sum(owners.pop(part) for part in ("text", "rodata", "data", "init"))
    tables = owners.pop("memblock")
    owners["free"] += tables
    return owners, tables


def nonzero(owners):
    return {owner: size for owner, size in owners.items() if size}


PRINTED = re.compile(r"^  +([0-9a-f]+) - +([0-9a-f]+) +\d+ KiB  (.*?)(, not mapped)?$",
                     re.MULTILINE)
# Of the kernel's own making; and what it calls by another name.
KERNELS_OWN = re.compile("free|memblock|unusable|kernel .*")
NAMES = {"reserved": "memreserve"}


def merged(entries):
    """The entries, neighbours of one name as one."""
    whole = []
    for base, end, name in sorted(entries):
        if whole and whole[-1][1:] == (base, name):
            base = whole.pop()[0]
        whole.append((base, end, name))
    return whole


def printed(run):
    """Who has what of RAM, by the map that the kernel prints: (base, end, name)."""
    found = PRINTED.findall(run.text.replace("\r", ""))
    return merged((int(base, 16), int(end, 16), NAMES.get(name, name))
                  for base, end, name, _ in found if not KERNELS_OWN.fullmatch(name))


def told(found, kept=None):
    """The same, by memmap."""
    return merged((max(one["base"], memory["base"]),
                   min(one["base"] + one["size"], memory["base"] + memory["size"]), one["name"])
                  for one in found["reserved"] for memory in found["memory"]
                  if one["kind"] not in ("kernel", "limit", "unmapped")
                  and shared(one, memory["base"], memory["base"] + memory["size"])
                  and (not kept or shared(one, *kept)))


# ---- trees

def with_chosen(text, *properties):
    return text.replace("chosen {", "chosen {\n\t\t" + "\n\t\t".join(properties), 1)


def areas(*nodes):
    """A change to a tree: these areas, and the firmware's."""
    return lambda text: with_reserved(text, FIRMWARE, *nodes)


def chosen(*properties):
    return lambda text: with_chosen(areas()(text), *properties)


def memory(*nodes):
    return lambda text: with_memory(areas()(text), *nodes)


class Layout(NamedTuple):
    mem: str = "128M"
    smp: int = 1
    extra: tuple = ()  # QEMU's options
    change: Callable = areas()
    bootargs: str = ""
    kept: tuple = None  # what a limit leaves


MIXED = areas(
    area("static", 0x84000000, 3 * MIB), area("split", 0x84800000, MIB, "no-map;"),
    "spread@85000000 { reg = <0 0x85000000 0 0x1000>, <0 0x85100000 0 0x3000>; };",
    area("lent", 0x86000000, 4 * MIB, "reusable;"),
    "high { size = <0 0x300000>; alignment = <0 0x100000>; };",
    "there { size = <0 0x2000>; no-map; alloc-ranges = <0 0x85400000 0 0x100000>; };",
    "pool { size = <0 0x800000>; reusable; linux,cma-default; };",
    area("twice", 0x84200000, 2 * MIB), area("outside", 0x20000000, MIB))

LAYOUTS = {
    "16M": Layout("16M"),
    "128M": Layout(),
    "1G": Layout("1G", 4),
    "5G": Layout("5G", 1, qemu.sparse("5G")),
    "120G": Layout("120G", 1, qemu.sparse("120G")),
    "300G": Layout("300G", 1, qemu.sparse("300G")),
    "two nodes": Layout("128M", 2, two_nodes(distance=25)),
    "initramfs": Layout(change=chosen("linux,initrd-start = <0 0x80800000>;",
                                      "linux,initrd-end = <0 0x80818765>;")),
    "areas": Layout(change=MIXED),
    "areas on two nodes": Layout("128M", 2, two_nodes(), MIXED),
    "areas, limited": Layout(change=MIXED, bootargs=" mem=80M", kept=(RAM, RAM + 80 * MIB)),
    "usable range": Layout(
        change=chosen("linux,usable-memory-range = <0 0x80100000 0 0x2000000>;"),
        kept=(0x80100000, 0x82100000)),
    "200 areas": Layout(change=areas(
        *(area("dev", 0x81000000 + 0x3000 * i, 0x1000) for i in range(200)),
        "pool { size = <0 0x300000>; };")),
    "odd memory": Layout(change=memory(
        memory_node(RAM, 0x1e00800), memory_node(RAM + 0x2000400, 0x3000000),
        memory_node(RAM + 0x6000000, 0x1000000, "hotpluggable;"))),
    "reservation block": Layout(change=lambda text: areas()(text).replace(
        "/dts-v1/;", "/dts-v1/;\n/memreserve/ 0x83000000 0x5000;")),
}


def booted(layout):
    """(the map, the run) of a machine whose kernel is given the same tree as memmap."""
    arguments = f'bootargs = "report=json checks=no{layout.bootargs}";'
    with tempfile.TemporaryDirectory() as folder:
        text = source(folder, layout.mem, layout.smp, extra=layout.extra)
        blob = compiled(folder, with_chosen(layout.change(text), arguments))
        found = json_map(blob, f"--kernel={kernel_size()}@0x80200000", f"--fdt={FDT:#x}")
        start = started_by_us(image("qemu_virt"), fdt=FDT, blob=blob)
        start["extra"] = [*start["extra"], *layout.extra]
        return found, qemu.boot(mem=layout.mem, smp=layout.smp, **start)


# ---- tests

@test(*zip(LAYOUTS))
def layout(name):
    """Every owner and every range, to the byte."""
    wanted = LAYOUTS[name]
    found, run = booted(wanted)
    with judged(run):
        expect(run.passed, "the run did not pass")
        check_ledgers(run, sum(one["size"] for one in found["memory"]))
        owners, tables = counted(run)
        expect_equal(nonzero(owners), nonzero(predicted(found, wanted.kept)), "owners")
        expect_equal(printed(run), told(found, wanted.kept), "who has what")
        expect_equal(tables > 0, name == "200 areas", "larger tables")
        # The zones have whole pages alone.
        zones_get = sum(zone["size"] for zone in found["zones"] if zone["name"] != "CMA")
        expect(0 <= owners["free"] - zones_get < 4096 * len(found["reserved"]), "zones get")
        expect_equal({(zone["nid"], zone["name"]) for zone in found["zones"]},
                     {(zone["node"], zone["name"]) for zone in run.all("zone")}, "zones")
        expect_equal(run.one("harts")["online"], len(found["harts"]), "harts")


def random_area(pick, number):
    """A child of /reserved-memory: static, in two ranges, or placed by boot."""
    base = pick.randrange(RAM + 16 * MIB, RAM + 128 * MIB, pick.choice([0x1000, 2 * MIB]))
    size = pick.choice([0x1000, 0x1800, 0x12345, 2 * MIB, 4 * MIB])
    more = pick.choice(["", "no-map;", "reusable;", "reusable; linux,cma-default;",
                        'status = "disabled";'])
    reg = f"<{cells(base)} {cells(size)}>"
    places = f"alloc-ranges = {reg}, <{cells(RAM)} {cells(64 * MIB)}>;"
    return f"a{number} {{ {more} " + pick.choice([
        f"reg = {reg};", f"reg = {reg}, <{cells(base + 8 * MIB)} {cells(0x3000)}>;",
        f"size = <{cells(size)}>; alignment = <{cells(pick.choice([1, 0x10000]))}>; ",
        f"size = <{cells(size)}>; {places}"]) + " };"


def random_board(seed):
    pick = random.Random(seed)
    nodes = [random_area(pick, number) for number in range(pick.randrange(1, 25))]
    split = pick.randrange(RAM + 32 * MIB, RAM + 96 * MIB, pick.choice([1, 0x1000]))
    more = pick.choice(["", "numa-node-id = <1>;", "hotpluggable;"])
    initrd = pick.randrange(RAM + 16 * MIB, RAM + 128 * MIB, 0x1000)

    def change(text):
        text = with_chosen(areas(*nodes)(text), f"linux,initrd-start = <{cells(initrd)}>;",
                           f"linux,initrd-end = <{cells(initrd + 0x12345)}>;")
        return with_memory(text, memory_node(RAM, split - RAM), memory_node(
            split + pick.choice([0, 0x900]), RAM + 120 * MIB - split, more))
    return Layout(change=change)


@test(*zip(range(8)))
def board_at_random(seed):
    """Areas over areas, at any byte: partial pages aside, every owner and every range."""
    found, run = booted(random_board(seed))
    with judged(run):
        expect(run.passed, "the run did not pass")
        check_ledgers(run, sum(one["size"] for one in found["memory"]))
        owners, wanted = counted(run)[0], predicted(found)
        for books in owners, wanted:
            books["free"] += books.pop("unusable")
        expect_equal(nonzero(owners), nonzero(wanted), "owners")
        expect_equal(printed(run), told(found), "who has what")


@test(*zip(("16M", "128M", "1G")))
def plain_boot(mem):
    """As the firmware edits the tree: but for its size, which the firmware makes larger."""
    run = boot_success("qemu_virt", mem)
    with tempfile.TemporaryDirectory() as folder:
        found = json_map(compiled(folder, areas()(source(folder, mem))),
                         f"--kernel={kernel_size()}@0x80200000",
                         f"--fdt={RAM + bytes_of(mem) - 2 * MIB:#x}")
    with judged(run):
        owners, wanted = counted(run)[0], predicted(found)
        expect(0 <= owners["fdt"] - wanted["fdt"] <= 4096, "the tree's pages")
        for books in owners, wanted:
            books["free"] += books.pop("fdt")
        expect_equal(nonzero(owners), nonzero(wanted), "owners")
