# SPDX-License-Identifier: BSD-2-Clause
"""Boot a kernel and hold what it says against docs/console.md."""
import contextlib
import re
import shlex

import qemu
from suite import Failed, bytes_of, expect, expect_equal, image

STAGES = ["entry", "memblock", "mapped", "zones", "running", "molted"]
ZONES = ["DMA32", "NORMAL", "CMA", "MOVABLE"]
PARTS = ["init", "memblock", "meminit", "tables", "stack", "other"]
# The last line of OpenSBI's banner.
BANNER_END = re.compile(r"^Boot HART MEDELEG.*\n", re.MULTILINE)


@contextlib.contextmanager
def judged(run):
    """A finding inside is told with the run's command and the end of its console."""
    try:
        yield run
    except (Failed, KeyError, ValueError) as finding:
        raise Failed(f"{finding}\n$ {shlex.join(run.command)}\nexit code {run.code}, status "
                     f"{run.status}\n{run.tail()}") from finding


def kernel_text(run):
    """What the kernel printed: all that follows the firmware's banner."""
    banner = BANNER_END.search(run.text)
    expect(banner, "the firmware's banner is missing")
    return run.text[banner.end():].replace("\r", "")


def check_ledgers(run, ram):
    ledgers = run.all("ledger")
    names = [ledger["stage"] for ledger in ledgers]
    expect_equal(names[:5], STAGES[1:], "ledgers")
    expect(names[5:] in ([], ["online"]), f"ledgers: {names}")
    for ledger in ledgers:
        where = f"ledger at {ledger['stage']}"
        expect_equal(sum(ledger["owners"].values()), ledger["ram"], f"{where}: the owners' sum")
        expect_equal(ledger["ram"], ram, f"{where}: RAM")
        expect(min(ledger["owners"].values()) >= 0, f"{where}: a negative owner")
    for stage, ledger in zip(run.all("stage")[1:], ledgers):
        expect_equal(stage["free"], ledger["owners"]["free"], f"{stage['name']}: free")


def check_freed(run):
    """The molt gave back init's window and the FDT, but for an FDT in offline memory."""
    freed = run.one("freed")
    expect_equal(sum(freed[part] for part in PARTS), freed["total"], "freed: the parts' sum")
    expect(freed["total"] > 0, "nothing was freed")
    owners = run.one("ledger", stage="molted")["owners"]
    expect_equal(owners["init"], 0, "init after the molt")
    expect(owners["fdt"] == 0 or owners["offline"] > 0, "the FDT is still there")


def check_self_checks(run):
    """Each says ok, and what alloc_all got is what the ledger calls free."""
    for check in run.all("check"):
        expect(check["ok"] is True, f"check {check['name']} failed")
    ledgers = [run.one("ledger", stage="molted")] + run.all("ledger", stage="online")
    expect_equal([check["bytes"] for check in run.all("check", name="alloc_all")],
                 [ledger["owners"]["free"] + ledger["owners"]["cma"] for ledger in ledgers],
                 "bytes of alloc_all")


def check_zones(run):
    """Each zone once; what is free in them is what the ledger calls free, and cma."""
    zones, owners = run.all("zone"), run.one("ledger", stage="molted")["owners"]
    names = [(zone["node"], zone["name"]) for zone in zones]
    expect_equal(names, sorted(set(names), key=lambda name: (name[0], ZONES.index(name[1]))),
                 "zones")
    for zone in zones:
        expect(0 <= zone["free"] <= zone["bytes"] > 0, f"zone: {zone}")
    for owner, wanted in ("free", False), ("cma", True):
        free = sum(zone["free"] for zone in zones if (zone["name"] == "CMA") == wanted)
        expect_equal(free, owners[owner], f"free in the zones, as {owner}")


def check_success(run, mem, harts, self_checks=True):
    """All that holds of every boot that succeeds."""
    expect(run.passed, "the run did not pass")
    expect_equal([stage["name"] for stage in run.all("stage")], STAGES, "stages")
    check_ledgers(run, bytes_of(mem))
    check_freed(run)
    check_zones(run)
    expect_equal(run.one("harts")["online"], harts, "harts online")
    if self_checks:
        check_self_checks(run)
    expect_equal(bool(run.all("check")), self_checks, "self checks were made")


def check_quiet(run):
    """`quiet report=json` leaves the lines for programs and nothing else."""
    for line in kernel_text(run).splitlines():
        expect(line.startswith("@molt {"), f"not for a program: {line!r}")


def boot_success(config, mem="128M", smp=1, append="quiet report=json", kernel=None, **options):
    """Boot configuration `config`; returns the run, which has passed every check above."""
    harts = 1 if config == "tiny" else smp
    with judged(qemu.boot(kernel or image(config), mem, smp, append, **options)) as run:
        check_success(run, mem, harts, self_checks=config != "tiny")
        if "quiet" in append.split():
            check_quiet(run)
    return run


def check_failure(run, message):
    """It ended by itself with a status of failure and said why; returns the reason."""
    expect_equal(run.status, 1, "the closing line's status")
    expect(not run.passed, "the harness calls it a success")
    found = re.search(message, kernel_text(run), re.MULTILINE)
    expect(found, f"not said: {message}")
    return found
