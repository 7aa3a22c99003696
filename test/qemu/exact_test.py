# SPDX-License-Identifier: BSD-2-Clause
"""Figures that come out the same in every run, and what they may be at most."""
import qemu
from judge import STAGES, boot_success, judged
from suite import CORNERS, expect, expect_equal, test

# At 128M. Of the reference configuration Molt promises 160 KiB, 64 KiB and 300,000.
LOST_MAX = {"qemu_virt": 96 * 1024, "keep": 112 * 1024}
RESIDENT_MAX = {"qemu_virt": 60 * 1024, "keep": 72 * 1024}
INSTRUCTIONS_MAX = 128_000
LARGE_RATIO_MAX = 1.1


def instret(run):
    """Instructions since reset at each stage."""
    counts = [stage["instret"] for stage in run.all("stage")]
    for earlier, later, name in zip(counts, counts[1:], STAGES[1:]):
        expect(0 < earlier < later, f"instret at {name}: {later} after {earlier}")
    return counts


def exact_boot(config, mem="128M", extra=()):
    return boot_success(config, mem, extra=[*qemu.EXACT, *extra])


def hand_over_to_molted(run):
    with judged(run):
        counts = instret(run)
        return counts[-1] - counts[0]


@test(*zip(CORNERS))
def same_twice(config):
    first, second = exact_boot(config), exact_boot(config)
    with judged(second):
        expect_equal(instret(second), instret(first), "instret of a second run")
        expect_equal(second.objects, first.objects, "all lines of a second run")


@test(*zip(LOST_MAX))
def budget(config):
    run = exact_boot(config)
    with judged(run):
        ledger = run.one("ledger", stage="molted")
        lost = ledger["ram"] - ledger["owners"]["free"] - ledger["owners"]["firmware"]
        most = LOST_MAX[config]
        expect(lost <= most, f"{lost} bytes of RAM are lost, over {most}")
        resident = sum(ledger["owners"][part] for part in ("text", "rodata", "data"))
        most = RESIDENT_MAX[config]
        expect(resident <= most, f"{resident} bytes of the image stay, over {most}")
        count = hand_over_to_molted(run)
        expect(count <= INSTRUCTIONS_MAX, f"{count} instructions, over {INSTRUCTIONS_MAX}")


@test(*zip(CORNERS))
def large_machine(config):
    """16 GiB boot in about as many instructions as 128 MiB."""
    small = hand_over_to_molted(exact_boot(config))
    run = exact_boot(config, "16G", qemu.sparse("16G"))
    large = hand_over_to_molted(run)
    expect(large <= LARGE_RATIO_MAX * small, f"16G: {large} instructions, 128M: {small}")
    expect_equal(run.one("check", name="alloc_all")["marked"], "block edges", "what is marked")
