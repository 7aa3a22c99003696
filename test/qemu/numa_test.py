# SPDX-License-Identifier: BSD-2-Clause
"""Memory in several nodes: zones of its own for each, distances, and trees that make no sense."""
import itertools
import re
import tempfile

import qemu
from broken_tree_test import BLOB
from devicetree import FIRMWARE, compiled, memory_node, source, with_memory, with_reserved
from judge import boot_success, check_ledgers, check_self_checks, judged, kernel_text
from start import started_by_us
from suite import CORNERS, bytes_of, expect, expect_equal, image, test

MIB = 1 << 20
RAM, TOP = 0x80000000, 0x88000000
BLOCK = 2 * MIB


def nodes(*sizes, distances=()):
    """QEMU's options for nodes of these sizes in MiB, a hart each. It cannot have more than 2."""
    options = []
    for node, size in enumerate(sizes):
        if size:
            options += ["-object", f"memory-backend-ram,id=m{node},size={size}M"]
        memory = f",memdev=m{node}" if size else ""
        options += ["-numa", f"node,nodeid={node},cpus={node}{memory}"]
    for start, to, distance in distances:
        options += ["-numa", f"dist,src={start},dst={to},val={distance}"]
    return options


def zone_bytes(run):
    """What each zone was given: {(node, name): bytes}."""
    return {(zone["node"], zone["name"]): zone["bytes"] for zone in run.all("zone")}


def node_lines(run):
    """What the console says of each node: (harts, KiB, ranges, distances)."""
    found = re.findall(r"^node (\d+): harts: (\d+), memory: (\d+) KiB"
                       r"((?: [0-9a-f]+ - [0-9a-f]+,?)*)(?:, distances:([ \d]*))?$",
                       kernel_text(run), re.MULTILINE)
    expect_equal([int(line[0]) for line in found], list(range(len(found))), "nodes, in order")
    return [(int(harts), int(kib), re.findall(r"([0-9a-f]+) - ([0-9a-f]+)", ranges),
             [int(distance) for distance in distances.split()])
            for _, harts, kib, ranges, distances in found]


@test(*itertools.product(CORNERS, [(), ((0, 1, 25),)]))
def two_nodes(config, distances):
    """Node 1 has nothing but the FDT at boot, so that all of it is its zone's."""
    extra = nodes(128, 128, distances=distances)
    with judged(boot_success(config, "256M", 2, extra=extra)) as run:
        zones = zone_bytes(run)
        expect_equal(sorted(zones), [(0, "DMA32"), (1, "DMA32")], "zones")
        expect_equal(zones[1, "DMA32"], 128 * MIB, "bytes of node 1")
        expect(127 * MIB < zones[0, "DMA32"] < 128 * MIB, "bytes of node 0")
    run = boot_success(config, "256M", 2, append="report=json", extra=extra)
    with judged(run):
        far = distances[0][2] if distances else 20
        expect_equal(node_lines(run), [(1, 131072, [("80000000", "88000000")], [10, far]),
                                       (1, 131072, [("88000000", "90000000")], [far, 10])],
                     "lines of the nodes")


@test()
def one_node():
    with judged(boot_success("qemu_virt", append="report=json", smp=2)) as run:
        expect_equal(node_lines(run), [(2, 131072, [("80000000", "88000000")], [])], "its line")


@test()
def node_without_memory():
    run = boot_success("qemu_virt", smp=2, append="report=json", extra=nodes(128, 0))
    with judged(run):
        expect_equal([line[:2] for line in node_lines(run)], [(1, 131072), (1, 0)],
                     "harts and memory")
        expect_equal(list(zone_bytes(run)), [(0, "DMA32")], "zones")


# ---- trees of our own

def layout(*parts, more=""):
    """Changes a tree: memory in parts (begin, end, node or None for none)."""
    def change(text):
        memory = [memory_node(begin, end - begin,
                              more + ("" if node is None else f"numa-node-id = <{node}>;"))
                  for begin, end, node in parts]
        return with_memory(text, *memory)
    return change


def boot_tree(change, config="qemu_virt", mem="128M", append="quiet report=json", smp=1, extra=()):
    with tempfile.TemporaryDirectory() as folder:
        blob = compiled(folder, change(source(folder, mem, smp)))
        return boot_success(config, mem, smp, append, extra=["-dtb", blob, *extra])


def with_harts(text, *nodes_of):
    """Hart n is of node nodes_of[n]."""
    for hart, node in enumerate(nodes_of):
        changed = text.replace(f"cpu@{hart} {{", f"cpu@{hart} {{\n\t\tnuma-node-id = <{node}>;")
        expect(changed != text, f"QEMU's tree has no hart {hart}")
        text = changed
    return text


def unusable(run):
    return run.one("ledger", stage="molted")["owners"]["unusable"]


SPLITS = {
    # parts, bytes of node 1's zone, bytes that no zone has
    "between blocks": ([(RAM, 0x84000000, 0), (0x84000000, TOP, 1)], 0x4000000, 0),
    "inside a block": ([(RAM, 0x84100000, 0), (0x84100000, TOP, 1)], 0x3e00000, MIB),
    "inside a page": ([(RAM, 0x84100800, 0), (0x84100800, TOP, 1)], 0x3e00000, MIB),
    "by turns": ([(RAM, 0x82000000, 0), (0x82000000, 0x84000000, 1), (0x84000000, TOP, 0)],
                 0x2000000, 0),
    "three in a block": ([(RAM, 0x84100000, 0), (0x84100000, 0x84180000, 1),
                          (0x84180000, TOP, 1)], 0x3e00000, MIB),
    "inside the kernel": ([(RAM, 0x80210000, 0), (0x80210000, TOP, 1)], TOP - 0x80400000, 0),
    "before the kernel": ([(RAM, 0x80200000, 1), (0x80200000, TOP, 0)], None, 0),
    "the first unnamed": ([(RAM, 0x84000000, None), (0x84000000, TOP, 1)], 0x4000000, 0),
}


@test(*itertools.product(["qemu_virt", "keep_hotplug"], SPLITS))
def split(config, where):
    """A block of 2 MiB belongs to one node; what another has of it is told as unusable."""
    parts, node_1, lost = SPLITS[where]
    with judged(boot_tree(layout(*parts), config)) as run:
        found = zone_bytes(run)[1, "DMA32"]
        if node_1 is None:  # where boot takes its own memory from
            expect(0x180000 - 0x10000 < found < 0x180000, f"bytes of node 1's zone: {found}")
        else:
            expect_equal(found, node_1, "bytes of node 1's zone")
        # Parts of pages are lost in every boot.
        expect(lost <= unusable(run) < lost + 8192, f"unusable: {unusable(run)}")


QUARTERS = [(0x80000000, 0x82000000, 0), (0x82000000, 0x84000000, 1),
            (0x84000000, 0x86000000, 2), (0x86000000, 0x88000000, 3)]


@test(*zip(["qemu_virt", "keep_hotplug"]))
def four_nodes(config):
    """The last has no hart, the second has two."""
    triples = [(0, 1, 11), (0, 2, 30), (0, 3, 255), (1, 2, 40), (1, 3, 50), (2, 3, 60)]

    def change(text):
        return with_harts(with_map(distance_map(*triples), QUARTERS)(text), 1, 0, 2, 1)
    with judged(boot_tree(change, config, append="report=json", smp=4)) as run:
        lines = node_lines(run)
        expect_equal([line[3] for line in lines],
                     [[10, 11, 30, 255], [11, 10, 40, 50], [30, 40, 10, 60], [255, 50, 60, 10]],
                     "distances")
        expect_equal([line[:2] for line in lines],
                     [(1, 32768), (2, 32768), (1, 32768), (0, 32768)], "harts and memory")
        zones = zone_bytes(run)
        expect_equal([zones[node, "DMA32"] for node in (1, 2, 3)], 3 * [32 * MIB], "zones")


@test()
def node_too_large():
    """NR_NODES is 4: what is of a node beyond counts as node 0's, which is told."""
    def change(text):
        return with_harts(layout((RAM, 0x84000000, 1), (0x84000000, TOP, 4))(text), 1, 0xffffffff)
    with judged(boot_tree(change, append="report=json", smp=2)) as run:
        warnings = re.findall(r"^numa: /([a-z]+@\d+): node (\d+) is not below NR_NODES, 4: "
                              r"it and its like ", kernel_text(run), re.MULTILINE)
        expect(warnings in ([("cpu@1", "4294967295")], [("memory@84000000", "4")]),
               f"warnings: {warnings}")
        expect_equal([line[:2] for line in node_lines(run)], [(1, 65536), (1, 65536)],
                     "harts and memory")
    boot_tree(change, smp=2)  # quiet is quiet


@test(*zip(["qemu_virt", "keep"]))
def shared_gib_above_four(config):
    """RAM from 2 to 7 GiB; both nodes have a part of the GiB at 5, and 0 all below 4."""
    parts = [(RAM, 0x148000000, 0), (0x148000000, 0x1c0000000, 1)]
    run = boot_tree(layout(*parts), config, "5G", extra=qemu.sparse("5G"))
    with judged(run):
        zones = zone_bytes(run)
        expect_equal(sorted(zones), [(0, "DMA32"), (0, "NORMAL"), (1, "NORMAL")], "zones")
        expect_equal(zones[0, "NORMAL"], 0x48000000, "node 0's NORMAL")
        expect_equal(zones[1, "NORMAL"], 0x78000000, "node 1's NORMAL")


@test()
def device_tree_in_a_shared_block():
    """It lies in what another node has of a block: it stays, since no zone can have it."""
    fdt = BLOB + MIB + 0x1000
    change = layout((RAM, BLOB + MIB, 0), (BLOB + MIB, TOP, 1))
    with tempfile.TemporaryDirectory() as folder:
        text = change(with_reserved(source(folder), FIRMWARE)).replace(
            "chosen {", 'chosen {\n\t\tbootargs = "report=json";', 1)
        run = qemu.boot(**started_by_us(image("qemu_virt"), fdt=fdt, blob=compiled(folder, text)))
    with judged(run):
        expect(run.passed, "the run did not pass")
        check_ledgers(run, bytes_of("128M"))
        check_self_checks(run)
        expect(run.one("ledger", stage="molted")["owners"]["fdt"] >= 4096, "it was given back")
        expect(MIB - 0x4000 < unusable(run) < MIB + 0x1000, f"unusable: {unusable(run)}")


@test(*zip(["hotplug", "keep_hotplug"]))
def hotpluggable_node(config):
    """A block that offline memory of two nodes shares is no one's; each joins its own zone."""
    change = layout((0x82000000, 0x84100000, 1), (0x84100000, TOP, 2), more="hotpluggable;")

    def all_memory(text):
        boot = memory_node(RAM, 0x2000000, "numa-node-id = <0>;")
        return change(text).replace("\n\tmemory@82000000", boot + "\n\tmemory@82000000", 1)
    run = boot_tree(all_memory, config)
    with judged(run):
        expect_equal(run.one("ledger", stage="molted")["owners"]["offline"],
                     TOP - 0x82000000 - BLOCK - run.one("ledger", stage="molted")["owners"]["fdt"],
                     "offline")
        expect_equal(sorted(zone_bytes(run)), [(0, "DMA32")], "zones before it came in")


# ---- distances that make no sense

def distance_map(*triples, compatible="numa-distance-map-v1"):
    cells = " ".join(str(cell) for triple in triples for cell in triple)
    return (f'\n\tdistance-map {{\n\t\tcompatible = "{compatible}";\n'
            f"\t\tdistance-matrix = <{cells}>;\n\t}};\n")


MAPS = {
    "near to itself": (((0, 0, 11),), "a node is 10 from itself (0 to 0: 11)"),
    "too near": (((0, 0, 10), (0, 1, 10)), "another node is 11 to 255 away (0 to 1: 10)"),
    "too far": (((1, 0, 256),), "another node is 11 to 255 away (1 to 0: 256)"),
    "twice": (((0, 1, 30), (0, 1, 31)), "the same way is said twice (0 to 1: 31)"),
    "a cell too many": (((0, 1, 30), (0,)), "distance-matrix is not made of triples"),
    "nothing": ((), "distance-matrix is not made of triples"),
}


def with_map(text, parts=((RAM, 0x84000000, 0), (0x84000000, TOP, 1))):
    change = layout(*parts)
    return lambda tree: change(tree).replace("\n\tmemory@80000000", text + "\n\tmemory@80000000", 1)


@test(*zip(MAPS))
def map_makes_no_sense(how):
    triples, message = MAPS[how]
    change = with_map(distance_map(*triples))
    with judged(boot_tree(change, append="report=json")) as run:
        lines = [line for line in kernel_text(run).splitlines() if line.startswith("numa: ")]
        expect_equal(len(lines), 1, "warnings")
        expect(lines[0].startswith(f"numa: /distance-map: {message}"), lines[0])
        expect_equal([line[3] for line in node_lines(run)], [[10, 20], [20, 10]], "distances")
    boot_tree(change)  # quiet is quiet


@test()
def map_of_another_kind():
    change = with_map(distance_map((0, 1, 30), compatible="numa-distance-map-v2"))
    with judged(boot_tree(change, append="report=json")) as run:
        expect("numa: /distance-map: it is not numa-distance-map-v1" in run.text, "no warning")
        expect_equal([line[3] for line in node_lines(run)], [[10, 20], [20, 10]], "distances")


@test((((0, 1, 30), (1, 0, 40)), [[10, 30], [40, 10]]), (((1, 0, 40),), [[10, 40], [40, 10]]),
      (((0, 1, 30), (5, 1, 40)), [[10, 30], [30, 10]]))
def one_way(triples, wanted):
    """Each way as it is said; one that is not said is as long as the way back."""
    with judged(boot_tree(with_map(distance_map(*triples)), append="report=json")) as run:
        expect("numa:" not in kernel_text(run), "a warning")
        expect_equal([line[3] for line in node_lines(run)], wanted, "distances")
