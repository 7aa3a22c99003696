# SPDX-License-Identifier: BSD-2-Clause
"""The molt in every corner: what the kernel's own audits find, and that they find it."""
import itertools
import json
import os
import re
import tempfile

import qemu
from devicetree import (FIRMWARE, RAM_BASE, compiled, memory_node, source, with_memory,
                        with_reserved)
from hotplug_test import tree as hotplug_tree
from judge import (boot_success, check_failure, check_ledgers, check_self_checks,
                   check_success, judged)
from monitor import idle_machine
from page_map import parse
from start import started_by_us
from suite import CORNERS, bytes_of, expect, expect_equal, image, listing_of, span, test, watched

FDT = 0x81000000


def watched_image(config):
    return os.path.join(watched(config), "Image")


def span_of(run, part):
    """Bytes of a part of the image, by the ledger."""
    return run.one("ledger", stage="molted")["owners"][part]


def check_mappings(run):
    """The audit was made; code and constants take just their pages, no large leaf."""
    found = run.one("check", name="mappings")
    text, rodata = span_of(run, "text"), span_of(run, "rodata")
    expect_equal(found["executable"], text, "bytes of executable addresses")
    # The linear map shows both once more, read-only.
    expect_equal(found["constant"], text + 2 * rodata, "bytes of read-only addresses")
    sizes = {"4K": 1 << 12, "2M": 1 << 21, "1G": 1 << 30}
    expect_equal(sum(found[leaf] * size for leaf, size in sizes.items()),
                 sum(found[kind] for kind in ("executable", "constant", "writable")),
                 "bytes of addresses, by leaves and by rights")
    return found


@test(*itertools.product(CORNERS, [1, 4]))
def page_tables_audited(config, smp):
    """At each stage, and at the end."""
    with judged(boot_success(config, smp=smp, kernel=watched_image(config))) as run:
        found = check_mappings(run)
        expect(found["2M"] > 60, "the linear map has large leaves")
        expect(found["4K"] < 1100, "and no more small ones than the image and the edges take")


@test(*itertools.product(["hotplug", "keep_hotplug"], ["upper", "unaligned"]))
def page_tables_audited_as_memory_comes_and_goes(config, layout):
    """A thousand rounds of coming and going, each step of which ends with an audit."""
    with tempfile.TemporaryDirectory() as folder:
        run = boot_success(config, smp=2, kernel=watched_image(config),
                           extra=["-dtb", hotplug_tree(folder, layout, 2)])
    with judged(run):
        check_mappings(run)
        expect_equal(run.one("check", name="hotplug")["rounds"], 1000, "rounds")


@test(*zip(CORNERS))
def page_tables_as_qemu_sees_them(config):
    """The kernel's own walk and QEMU's find the same bytes with the same rights."""
    with idle_machine(watched_image(config), "report=json", smp=2) as monitor:
        mappings = parse(monitor.ask("info mem"))
        checks = [json.loads(line[6:]) for line in monitor.said if line.startswith("@molt ")]
    found, = (line for line in checks if line.get("name") == "mappings")
    for kind, rights in ("executable", "r-x"), ("constant", "r--"), ("writable", "rw-"):
        expect_equal(found[kind],
                     sum(mapping.size for mapping in mappings if mapping.rights == rights),
                     f"bytes of {kind} addresses")


@test(*zip(["qemu_virt", "keep"]))
def device_tree_in_pieces(config):
    """What others have of its pages cuts it into 50: all the rest is given back."""
    pieces, page = 50, 4096
    taken = "".join(f"/memreserve/ {FDT + (2 * piece + 1) * page:#x} {page:#x};\n"
                    for piece in range(pieces))
    with tempfile.TemporaryDirectory() as folder:
        text = with_reserved(source(folder, "128M"), FIRMWARE)
        text = text.replace("/dts-v1/;", f"/dts-v1/;\n{taken}", 1)
        text = text.replace("chosen {", 'chosen {\n\t\tbootargs = "quiet report=json";', 1)
        padded = "x" * (2 * pieces * page)
        blob = compiled(folder, text.replace("chosen {", f'chosen {{\n\t\tpad = "{padded}";', 1))
        run = qemu.boot(**started_by_us(image(config), fdt=FDT, blob=blob))
    with judged(run):
        expect(run.passed, "the run did not pass")
        check_ledgers(run, bytes_of("128M"))
        check_self_checks(run)
        before, after = (run.one("ledger", stage=stage)["owners"]
                         for stage in ("running", "molted"))
        expect(before["fdt"] >= pieces * page, f"the tree has {before['fdt']} bytes")
        expect_equal(before["reserved"], pieces * page, "bytes that others have")
        expect_equal((after["fdt"], after["reserved"]), (0, before["reserved"]),
                     "the tree's and the others' bytes after the molt")
        expect_equal(run.one("freed")["other"], before["fdt"], "freed of the tree")


@test(*itertools.product(CORNERS, [1, 2]), ("qemu_virt", 0), ("debug", 3))
def harts_after_the_molt(config, most):
    """What is left stopped at boot is started when the window is gone, and works."""
    run = qemu.boot(image(config), smp=4, append=f"quiet report=json maxcpus={most}")
    with judged(run):
        check_success(run, "128M", max(most, 1))
        check = run.one("check", name="harts")
        expect_equal((check["online"], check["known"], check["late"]), (4, 4, 4 - max(most, 1)),
                     "harts online, known, and late")


@test(*zip(["1x", "-1", "65"]))
def no_such_maxcpus(value):
    """It is refused, and all harts are started."""
    run = qemu.boot(image("qemu_virt"), smp=2, append=f"report=json maxcpus={value}")
    with judged(run):
        check_success(run, "128M", 2)
        expect(f'parameter maxcpus: "{value}" makes no sense' in run.text, "it was not refused")


@test()
def hart_in_the_window():
    """One that does not leave it is waited for, and named; nothing is given back."""
    run = qemu.boot(image("debug"), "32M", 4, append="quiet fault=hart_stays")
    with judged(run):
        check_failure(run, r"^panic: hart \d is still in the window: it does not come to rest$")
        expect(re.search(r"^hart \d, stage running", run.text, re.MULTILINE), "after the molt")


@test()
def hart_leaves_late():
    """One that leaves it late is waited for, and all is well."""
    boot_success("debug", "32M", 4, append="quiet report=json fault=hart_lingers")


# dangling=HOLDER: who is told to hold the address, and what it is told to point to.
HOLDERS = {
    "data": ("data", "init code"),
    "area": (r"area of hart \d", "init code"),
    "stack": (r"stack of hart \d", "init code"),
    "other_stack": (r"stack of hart \d", "init code"),
    "object": (r"object in slab \w+", "init code"),
    "pages": ("pages of order 1", "init code"),
    "block": ("pages of order 10", "init code"),
    "alias": ("data", "the init window's pages"),
    "fdt": ("data", "the device tree's or memblock's pages"),
    "early_fdt": ("data", "the early window, where the device tree was"),
}
# These keep an address that is no function's.
NAMELESS = ("stack", "other_stack", "alias", "fdt", "early_fdt")


def symbol_at(config, address):
    """The name of what lies at an address, of a watched kernel."""
    return [name for start, _, name in listing_of(watched(config))
            if start <= address and not name.startswith((".L", "$"))][-1]


@test(*itertools.product(["qemu_virt", "keep_hotplug"], HOLDERS))
def pointer_into_the_window(config, holder):
    """Found just before the molt: holder and target are named, and nothing else is."""
    who, what = HOLDERS[holder]
    run = qemu.boot(watched_image(config), smp=2 if holder == "other_stack" else 1,
                    append=f"quiet dangling={holder}")
    with judged(run):
        check_failure(run, "^panic: molt: 1 words would point into what is given back$")
        found = check_failure(run, rf"^dangling: {who}, offset (\w+), at (\w+): points into "
                                   rf"{what}, (\S+)$")
        # Each once: a panic prints the last messages again, behind a bar.
        expect_equal(len(re.findall("^dangling: ", run.text, re.MULTILINE)), 1, "words told")
        if who == "data":
            expect_equal(symbol_at(config, int(found[2], 16)), "fault_kept", "the variable")
        if holder not in NAMELESS:
            expect_equal(found[3], "fault_plant+0x0", "the target")


def scattered_tree(folder):
    """RAM in 300 pieces: more than boot's own tables hold."""
    mib, piece = 1 << 20, 0x4000
    nodes = [memory_node(RAM_BASE, 32 * mib), memory_node(RAM_BASE + 64 * mib, 64 * mib)]
    nodes += [memory_node(RAM_BASE + 32 * mib + index * piece, piece // 2)
              for index in range(1, 299)]
    return compiled(folder, with_memory(source(folder), *nodes))


def boot_scattered(config, append):
    with tempfile.TemporaryDirectory() as folder:
        return qemu.boot(watched_image(config), append=append,
                         extra=["-dtb", scattered_tree(folder)])


@test(*zip(CORNERS))
def doubled_tables(config):
    """memblock's tables in memory of their own go where memblock goes, and nobody misses them."""
    run = boot_scattered(config, "quiet report=json")
    with judged(run):
        expect(run.passed, "the run did not pass")
        check_self_checks(run)
        before, after = (run.one("ledger", stage=stage)["owners"]["memblock"]
                         for stage in ("running", "molted"))
        expect(before > 2 * 300 * 24, f"{before} bytes of tables")
        expect_equal(after, before if "keep" in config else 0, "bytes of tables after the molt")


@test()
def pointer_into_doubled_tables():
    run = boot_scattered("qemu_virt", "quiet dangling=tables")
    with judged(run):
        check_failure(run, "^dangling: data, .*: points into the device tree's or memblock's pages")


@test(*itertools.product(["qemu_virt", "keep_hotplug"], ["sound", "freed_object"]))
def pointer_that_nobody_follows(config, holder):
    """What is declared, and what is free, is no finding."""
    run = boot_success(config, kernel=watched_image(config), append=f"report=json loglevel=8 "
                                                                    f"dangling={holder}")
    with judged(run):
        expect_equal("a test's: nobody reads it" in run.text, holder == "sound", "it is told")


# Free memory that nobody has had since: the allocator writes nothing to it.
POISON = 0xcc


def memory_of(monitor, base, size):
    """Physical memory, as QEMU has it."""
    with tempfile.NamedTemporaryFile() as file:
        monitor.ask(f'pmemsave {base:#x} {size:#x} "{file.name}"')
        data = file.read()
    expect_equal(len(data), size, "bytes saved")
    return data


def check_poisoned(monitor, what, base, size):
    data = memory_of(monitor, base, size)
    rest = data.lstrip(bytes([POISON]))
    expect(not rest, f"{what}: not poisoned from {base + size - len(rest):#x} on: {rest[:16].hex()}")


@test(*zip(CORNERS))
def poisoned(config):
    """Not a byte of the window or of the device tree's pages is what it was."""
    begin, end = span(config, "init")
    base = begin - span(config, "image")[0] + 0x80200000
    with idle_machine(image(config), "checks=no") as monitor:
        tree, = (re.match(r".*, device tree at (\w+)$", line) for line in monitor.said
                 if line.startswith("Molt: "))
        check_poisoned(monitor, "the window", base, end - begin)
        check_poisoned(monitor, "the device tree", int(tree[1], 16), 2 * 4096)
        # What stays is as it was: the page before is the kernel's data.
        expect(set(memory_of(monitor, base - 4096, 4096)) != {POISON}, "the page before the window")
