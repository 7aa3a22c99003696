# SPDX-License-Identifier: BSD-2-Clause
"""Memory as QEMU can lay it out: nodes, sizes, and trees that say something else of it."""
import itertools
import os
import tempfile

import qemu
from devicetree import RAM_BASE, compiled, memory_node, source, with_memory
from judge import boot_success, check_ledgers, check_self_checks, check_success, judged
from suite import CORNERS, bytes_of, expect, expect_equal, image, test

MIB, GIB = 1 << 20, 1 << 30
LINEAR_MAP = 255 * GIB


def two_nodes(size="64M", distance=None):
    """QEMU's options for two NUMA nodes of a hart and `size` each."""
    nodes = []
    for node in range(2):
        nodes += ["-object", f"memory-backend-ram,id=m{node},size={size}",
                  "-numa", f"node,nodeid={node},cpus={node},memdev=m{node}"]
    return nodes + (["-numa", f"dist,src=0,dst=1,val={distance}"] if distance else [])


# The rest of a page behind what boot has drawn, and of one more where much metadata lies apart.
UNUSABLE_MAX = 2 * 4096


@test(*itertools.product(CORNERS, [None, 25]))
def two_numa_nodes(config, distance):
    """With a distance map, and without one."""
    boot_success(config, "128M", 2, extra=two_nodes(distance=distance))


@test()
def numa_nodes_of_different_size():
    boot_success("qemu_virt", "256M", 2, extra=[
        "-object", "memory-backend-ram,id=m0,size=32M", "-numa", "node,nodeid=0,cpus=0,memdev=m0",
        "-object", "memory-backend-ram,id=m1,size=224M", "-numa", "node,nodeid=1,cpus=1,memdev=m1"])


@test(("23G", True), ("120G", True), ("120G", False), ("255G", False))
def large(mem, exact):
    """More RAM than the host has; figures do not grow with it (exact_test.py)."""
    extra = [*qemu.sparse(mem), *(qemu.EXACT if exact else [])]
    append = "quiet report=json checks=no"
    with judged(qemu.boot(image("qemu_virt"), mem, 1, append, extra)) as run:
        check_success(run, mem, 1, self_checks=False)
        owners = run.one("ledger", stage="molted")["owners"]
        expect(owners["unusable"] < UNUSABLE_MAX, "RAM is not used")


@test(*zip(("256G", "1024G")))
def larger_than_the_linear_map(mem):
    """What it cannot hold is said, and counted."""
    beyond = bytes_of(mem) - LINEAR_MAP
    append = "report=json checks=no"
    run = qemu.boot(image("qemu_virt"), mem, 1, append, qemu.sparse(mem))
    with judged(run):
        check_success(run, mem, 1, self_checks=False)
        expect(f"memory: {beyond // 1024} KiB lie beyond the linear map" in run.text,
               "not said what is left out")
        lost = run.one("ledger", stage="molted")["owners"]["unusable"]
        expect(beyond <= lost < beyond + UNUSABLE_MAX, f"unusable: {lost}")


# Trees by -dtb for a machine of 128 MiB, in MiB from RAM's start: (begin, end) of each node.
# QEMU puts the FDT 2 MiB below the top whatever they say, and an initrd in the middle.
TREES = {
    "in two": [(0, 48), (48, 128)],
    "descending": [(96, 128), (64, 96), (0, 64)],
    "with a hole": [(0, 32), (64, 128)],
    "overlapping": [(0, 80), (40, 128)],
    "one in the other": [(0, 128), (32, 64)],
    "FDT hidden": [(0, 120)],
    "in 64": [(2 * part, 2 * part + 2) for part in range(64)],
}


def tree(folder, parts):
    return compiled(folder, with_memory(source(folder, smp=2), *(
        memory_node(RAM_BASE + begin * MIB, (end - begin) * MIB) for begin, end in parts)))


def ram_of(parts):
    """Bytes in the union of `parts`."""
    return len({mib for part in parts for mib in range(*part)}) * MIB


@test(*zip(TREES))
def by_tree(name):
    parts = TREES[name]
    with tempfile.TemporaryDirectory() as folder:
        run = qemu.boot(image("qemu_virt"), smp=2, extra=["-dtb", tree(folder, parts)])
    with judged(run):
        expect(run.passed, "the run did not pass")
        check_ledgers(run, ram_of(parts))
        check_self_checks(run)
        expect_equal(run.one("harts")["online"], 2, "harts online")
        fdt = run.one("ledger", stage="memblock")["owners"]["fdt"]
        expect_equal(fdt > 0, name != "FDT hidden", "the FDT lies in RAM that the tree names")


@test()
def initramfs_hidden():
    """An initramfs that lies where the tree has no RAM is refused; the rest boots."""
    parts = [(0, 32)]
    with tempfile.TemporaryDirectory() as folder:
        initrd = os.path.join(folder, "initrd")
        with open(initrd, "wb") as file:
            file.write(os.urandom(100001))
        run = qemu.boot(image("qemu_virt"), smp=2, append="report=json",
                        extra=["-dtb", tree(folder, parts), "-initrd", initrd])
    with judged(run):
        expect(run.passed, "the run did not pass")
        check_ledgers(run, ram_of(parts))
        check_self_checks(run)
        expect("\ninitramfs [" in run.text.replace("\r", ""), "no word of the initramfs")
        expect_equal(run.one("ledger", stage="memblock")["owners"]["initramfs"], 0, "initramfs")
