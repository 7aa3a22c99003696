# SPDX-License-Identifier: BSD-2-Clause
"""Memory that the device tree marks hotpluggable, in kernels with and without hotplug."""
import itertools
import os
import tempfile

import qemu
from devicetree import RAM_BASE, compiled, memory_node, source, with_memory
from judge import boot_success, check_ledgers, check_self_checks, judged
from suite import CORNERS, bytes_of, expect, expect_equal, image, span, symbols, test

MIB = 1 << 20
# Where the hotpluggable part begins and how long it is, in MiB of a machine of 128.
# QEMU puts the FDT 2 MiB below the top of RAM, and an initrd in the middle.
LAYOUTS = {
    "upper": (64, 64),    # both lie in it
    "middle": (32, 16),   # neither
    "unaligned": (33, 7),  # its ends lie within blocks of 2 MiB
}

# The same in machines of 128 MiB and what is hotpluggable, in GiB that boot has no metadata
# for: a part of one; of two; and the whole of one, which is one leaf.
FAR_LAYOUTS = {
    "far": (1024 + 100, 50),
    "across": (2048 - 30, 70),
    "gib": (1024, 1024),
}


def tree(folder, layout, smp):
    start, size = (part * MIB for part in LAYOUTS.get(layout) or FAR_LAYOUTS[layout])
    end, top = start + size, bytes_of("128M")
    nodes = [memory_node(RAM_BASE, min(start, top)),
             memory_node(RAM_BASE + start, size, "hotpluggable;")]
    if end < top:
        nodes.append(memory_node(RAM_BASE + end, top - end))
    return compiled(folder, with_memory(source(folder, smp=smp), *nodes))


def boot(config, layout, smp, extra=()):
    with tempfile.TemporaryDirectory() as folder:
        return boot_success(config, smp=smp, extra=["-dtb", tree(folder, layout, smp), *extra])


@test(*itertools.product(["hotplug", "keep_hotplug"], FAR_LAYOUTS, [1, 4]))
def far(config, layout, smp):
    """GiB of their own: tables and metadata come with the first part, and go with the last."""
    start, size = (part * MIB for part in FAR_LAYOUTS[layout])
    with tempfile.TemporaryDirectory() as folder:
        run = qemu.boot(image(config), f"{(start + size) // MIB + 4}M", smp,
                        "quiet report=json", ["-dtb", tree(folder, layout, smp)], seconds=120)
    with judged(run):
        expect(run.passed, "the run did not pass")
        check_ledgers(run, bytes_of("128M") + size)
        check_self_checks(run)
        check_offline(run, size, 0)
        molted, online = (run.one("ledger", stage=stage)["owners"]
                          for stage in ("molted", "online"))
        gibs = range(start >> 30, (start + size - 1 >> 30) + 1)
        # A whole GiB is one leaf; a part of one takes a table of leaves of 2 MiB.
        tables = 0 if size == 1 << 30 else len(gibs)
        expect_equal(online["tables"] - molted["tables"], 4096 * tables, "bytes of tables")


@test(*zip(CORNERS))
def shed(config):
    """Without hotplug none of it is in the kernel; with it all of it is resident."""
    known, init = symbols(config), span(config, "init")
    for name in ("memory_add", "memory_offline", "memory_remove", "zone_take", "zone_detach",
                 "paging_split", "paging_fold", "paging_map_cost", "ranges_set",
                 "page_map_empty", "claims_forget", "spans_forget"):
        expect_equal(name in known, "hotplug" in config, f"{name} is in the kernel")
        expect(name not in known or known[name] < init[0], f"{name} is shed")


def check_offline(run, size, taken):
    """All of the range but what lay in it stays out until it is brought online."""
    molted, online = (run.one("ledger", stage=stage)["owners"] for stage in ("molted", "online"))
    lost = molted["unusable"]
    expect(size - taken - lost <= molted["offline"] <= size - taken,
           f"offline after the molt: {molted['offline']} of {size}, {taken} taken")
    check = run.one("check", name="hotplug")
    expect_equal(check["bytes"], molted["offline"], "bytes brought online")
    expect(check["ranges"] >= 1, "no range came online")
    expect_equal(check["rounds"], 1000, "rounds of coming and going")
    expect_equal(online["offline"], 0, "offline at the end")
    cost = sum(online[owner] - molted[owner] for owner in ("tables", "zones"))
    expect_equal(online["free"], molted["free"] + check["bytes"] - cost, "free at the end")
    expect(cost < check["bytes"] // 64 + 16384, f"{cost} bytes of tables and metadata")
    expect_equal(len(run.all("check", name="alloc_all")), 2, "runs of alloc_all")


def check_plain(run):
    """Without hotplug it is memory like any other."""
    for ledger in run.all("ledger"):
        expect_equal(ledger["owners"]["offline"], 0, f"offline at {ledger['stage']}")
    lost = run.one("ledger", stage="molted")
    expect(lost["ram"] - lost["owners"]["free"] < MIB, "hotpluggable RAM is not used")


@test(*itertools.product(CORNERS, LAYOUTS, [1, 4]))
def memory(config, layout, smp):
    with judged(boot(config, layout, smp)) as run:
        if "hotplug" not in config:
            check_plain(run)
            return
        # An FDT in the hidden part stays taken there; any other comes free at the molt.
        fdt = run.one("ledger", stage="molted")["owners"]["fdt"]
        expect_equal(fdt > 0, layout == "upper", "the FDT lies in the hidden part")
        check_offline(run, LAYOUTS[layout][1] * MIB, fdt)


@test(*itertools.product(CORNERS, [8192, 5001]))
def initramfs_inside(config, size):
    """What lies in the hidden part stays taken, and out of what is brought online."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(os.urandom(size))
        file.flush()
        run = boot(config, "upper", 1, ["-initrd", file.name])
    with judged(run):
        for ledger in run.all("ledger"):
            expect_equal(ledger["owners"]["initramfs"], size, f"initramfs at {ledger['stage']}")
        if "hotplug" in config:
            expect(run.one("check", name="hotplug")["ranges"] >= 2, "the initramfs splits it")
        else:
            check_plain(run)


@test(*zip(["hotplug", "keep_hotplug"]))
def nothing_hotpluggable(config):
    with judged(boot_success(config)) as run:
        check = run.one("check", name="hotplug")
        expect_equal((check["bytes"], check["ranges"]), (0, 0), "bytes and ranges")
        expect_equal(run.all("ledger", stage="online"), [], "ledgers of stage online")
