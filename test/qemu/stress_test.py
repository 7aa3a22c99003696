# SPDX-License-Identifier: BSD-2-Clause
"""All harts allocate and free at once, on processors of their own: without -icount."""
import itertools

from judge import boot_success, judged
from suite import expect_equal, test


def stress(config, mem, smp, operations, **options):
    append = f"quiet report=json stress={operations}"
    with judged(boot_success(config, mem, smp, append, **options)) as run:
        check = run.one("check", name="stress")
        expect_equal(check["operations"], operations, "operations")
        expect_equal(check["harts"], smp, "harts at work")
        expect_equal(check["faults"], 0, "faults")


@test(*itertools.product([2, 4], ["16M", "128M"], [20000, 20001, 20002]))
def harts(smp, mem, operations):
    """Another number of operations is another sequence. 16M are used up all the time."""
    stress("stress", mem, smp, operations)


@test((2,), (4,))
def debug(smp):
    stress("debug", "16M", smp, 3000)


@test()
def one_hart():
    stress("stress", "16M", 1, 10000)


@test()
def two_nodes():
    """Each hart has its own zone to begin with, and the other's when that is used up."""
    nodes = [option for n in range(2) for option in (
        "-object", f"memory-backend-ram,id=m{n},size=16M",
        "-numa", f"node,nodeid={n},cpus={n},memdev=m{n}")]
    stress("stress", "32M", 2, 20003, extra=nodes)


@test()
def by_default():
    """More than one hart: no parameter is needed."""
    with judged(boot_success("stress", smp=2)) as run:
        expect_equal(run.one("check", name="stress")["harts"], 2, "harts at work")
