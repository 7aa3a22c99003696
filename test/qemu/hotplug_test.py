# SPDX-License-Identifier: BSD-2-Clause
"""Memory that the device tree marks hotpluggable, in kernels with and without hotplug."""
import itertools
import os
import tempfile

from devicetree import RAM_BASE, compiled, memory_node, source, with_memory
from judge import boot_success, judged
from suite import CORNERS, bytes_of, expect, expect_equal, test

MIB = 1 << 20
# Where the hotpluggable part begins and how long it is, in MiB of a machine of 128.
# QEMU puts the FDT 2 MiB below the top of RAM, and an initrd in the middle.
LAYOUTS = {
    "upper": (64, 64),    # both lie in it
    "middle": (32, 16),   # neither
    "unaligned": (33, 7),  # its ends lie within blocks of 2 MiB
}


def tree(folder, layout, smp):
    start, size = (part * MIB for part in LAYOUTS[layout])
    end, top = start + size, bytes_of("128M")
    nodes = [memory_node(RAM_BASE, start),
             memory_node(RAM_BASE + start, size, "hotpluggable;")]
    if end < top:
        nodes.append(memory_node(RAM_BASE + end, top - end))
    return compiled(folder, with_memory(source(folder, smp=smp), *nodes))


def boot(config, layout, smp, extra=()):
    with tempfile.TemporaryDirectory() as folder:
        return boot_success(config, smp=smp, extra=["-dtb", tree(folder, layout, smp), *extra])


def check_offline(run, size, taken):
    """All of the range but what lay in it stays out until it is brought online."""
    molted, online = (run.one("ledger", stage=stage)["owners"] for stage in ("molted", "online"))
    lost = molted["unusable"]
    expect(size - taken - lost <= molted["offline"] <= size - taken,
           f"offline after the molt: {molted['offline']} of {size}, {taken} taken")
    check = run.one("check", name="hotplug")
    expect_equal(check["bytes"], molted["offline"], "bytes brought online")
    expect(check["ranges"] >= 1, "no range came online")
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
