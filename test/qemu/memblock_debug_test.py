# SPDX-License-Identifier: BSD-2-Clause
"""memblock told to people: memblock=debug, the dump, refusals, and the names of functions."""
import os
import re
import tempfile

from build_test import scratch
from judge import boot_success, judged, kernel_text
from odd_tree_test import booted, check_books, owners, with_region
from suite import PYTHON, expect, expect_equal, function_of, listing, make, test

RANGE = r"\[0x([0-9a-f]{16})-0x([0-9a-f]{16})\]"
CHANGE = re.compile(rf"^(memblock_\w+): {RANGE} \d+ (?:bytes|KiB|MiB), flags [a-z,-]+(?:, .+)?, "
                    r"node (?:any|\d+), from (\S+)$", re.MULTILINE)
SETTING = re.compile(r"^(memblock_\w+): 0x[0-9a-f]+, from (\S+)$", re.MULTILINE)
ALLOCATION = re.compile(
    r"^(memblock_\w+): \[0x[0-9a-f]{16}-0x[0-9a-f]{16}\] \d+ (?:bytes|KiB|MiB), flags [a-z,-]+, "
    r"node (?:any|\d+), align 0x[0-9a-f]+, min 0x[0-9a-f]+, max 0x[0-9a-f]+, from (\S+)$",
    re.MULTILINE)
REFUSAL = re.compile(r"^memblock: (memblock_\w+)\(\) refused: the zones own memory now; "
                     r"called from (\S+)$", re.MULTILINE)
TOLD = re.compile(r"^memblock_\w+: ", re.MULTILINE)
PLACE = re.compile(r"([A-Za-z_][\w.]*)\+0x([0-9a-f]+)")

SET = re.compile(r"^memblock: (memory|reserved|physmem): (\d+ \w+) in (\d+) of \d+ entries$")
ROW = re.compile(r"^  0x([0-9a-f]{16})-0x([0-9a-f]{16}) ([ \d]{10} (?:bytes|KiB  |MiB  ))  \S.*$")
UNITS = {"bytes": 0, "KiB": 10, "MiB": 20}

# Each is refused after the hand-over, and the self check calls it.
REFUSED = 34


def check_place(config, place):
    """`place`, function+offset, is a place behind a call in that function."""
    found = PLACE.fullmatch(place)
    expect(found, f"no function and offset: {place}")
    starts = [start for start, _, name in listing(config) if name == found[1]]
    expect(starts, f"the kernel has no function {found[1]}")
    expect(any(function_of(config, start + int(found[2], 16)) == found[1] for start in starts),
           f"{place} is not in that function")


def bytes_of_words(words):
    number, unit = words.split()
    return int(number) << UNITS[unit]


def dumps(text):
    """The dumps of a console: lists of (set, bytes said, entries said, rows)."""
    sets = []
    for line in text.splitlines():
        if found := SET.match(line):
            sets.append((found[1], bytes_of_words(found[2]), int(found[3]), []))
        elif found := ROW.match(line):
            expect(sets, f"a row before its set: {line}")
            sets[-1][3].append((int(found[1], 16), int(found[2], 16) + 1,
                                bytes_of_words(found[3])))
    return sets


def check_dump(text, names):
    """Sorted rows, in columns, whose sizes are those of their ranges and add up."""
    sets = dumps(text)
    expect_equal([name for name, *_ in sets], names, "the dump's sets")
    for name, total, count, rows in sets:
        expect_equal(len(rows), count, f"{name}: rows in columns")
        expect_equal(rows, sorted(rows), f"{name}: rows in order")
        for begin, end, size in rows:
            expect_equal(size, end - begin, f"{name}: size at {begin:#x}")
        expect_equal(sum(size for *_, size in rows), total, f"{name}: the total")
    expect(re.search(r"^memblock: free: \d+ \w+$", text, re.MULTILINE), "no total of what is free")


@test(("qemu_virt",), ("keep_hotplug",), ("debug",))
def calls_are_told(config):
    """Each line is of one of three shapes, and its caller is a function of this kernel."""
    run = boot_success(config, append="memblock=debug report=json")
    with judged(run):
        text = kernel_text(run)
        lines = [*CHANGE.finditer(text), *SETTING.finditer(text), *ALLOCATION.finditer(text)]
        expect_equal(len(lines), len(TOLD.findall(text)), "lines of the right shape")
        told = {line[1] for line in lines}
        wanted = {"memblock_reserve_owner", "memblock_set_owner", "memblock_phys_alloc_owner",
                  "memblock_mark_nomap", "memblock_set_bottom_up", "memblock_allow_resize"}
        expect(wanted <= told, f"not told: {wanted - told}")
        for place in {line[line.lastindex] for line in lines}:
            check_place(config, place)
        callers = {line[2].partition("+")[0] for line in ALLOCATION.finditer(text)}
        expect({"table_page", "kmap_stack"} <= callers, f"memory was allocated from {callers}")


@test(("qemu_virt", "memory reserved"), ("debug", "memory reserved physmem"))
def dump_at_the_hand_over(config, names):
    run = boot_success(config, append="memblock=debug report=json")
    with judged(run):
        check_dump(kernel_text(run), names.split())


@test()
def larger_tables_are_dumped():
    """A map that the static tables do not hold: where it went, and each call on the way."""
    nodes = "\n".join(f"dev@{number} {{ reg = <0 {0x82000000 + number * 0x4000:#x} 0 0x1000>; }};"
                      for number in range(119))
    with judged(booted(with_region(nodes), "memblock=debug report=json")) as run:
        check_books(run)
        text = kernel_text(run)
        check_dump(text, ["memory", "reserved"])
        expect(re.search(r"^  0x\w+-0x\w+ +\d+ KiB .*\bmemblock$", text, re.MULTILINE), "no tables")
        expect(len(re.findall(r", dev@118, .* from reserved_node\+", text)) == 1,
               "not each area was told once")


@test()
def nothing_is_told_unasked():
    run = boot_success("keep", append="report=json")
    with judged(run):
        text = kernel_text(run)
        expect(not TOLD.search(text), "a call is told")
        expect_equal(dumps(text), [], "sets dumped")
        expect(not REFUSAL.search(text), "the self check's refusals are told")


@test()
def other_values_are_refused():
    run = boot_success("qemu_virt", append="memblock=foo report=json")
    with judged(run):
        text = kernel_text(run)
        expect('parameter memblock: "foo" makes no sense\n' in text, "no word of it")
        expect(not TOLD.search(text), "it is taken for debug")


@test(("keep",), ("keep_hotplug",))
def refused_after_the_molt(config):
    """Where memblock is kept it names who called too late, and can be dumped for good."""
    run = boot_success(config, append="memblock=debug report=json")
    with judged(run):
        before, after = kernel_text(run).split("Freeing init memory", 1)
        expect(not REFUSAL.search(before), "boot calls memblock too late")
        refusals = REFUSAL.findall(after)
        expect_equal(len({function for function, _ in refusals}), REFUSED, "functions that refuse")
        for _, place in refusals:
            check_place(config, place)
        expect_equal(dumps(after), dumps(before), "the dump after the molt")
        check_dump(after, ["memory", "reserved"])


@test((3, "keep", 1024), (119, "keep_hotplug", 0x10000))
def dump_is_the_same_for_good(count, config, most):
    """Its tables and the names in it outlive boot's, short ones and those of a longer map."""
    nodes = "\n".join(f"dev@{number} {{ reg = <0 {0x82000000 + number * 0x4000:#x} 0 0x1000>; }};"
                      for number in range(count))
    with judged(booted(with_region(nodes), "memblock=debug report=json", config)) as run:
        check_books(run)
        said = [[line for line in text.splitlines() if SET.match(line) or ROW.match(line)]
                for text in kernel_text(run).split("Freeing init memory", 1)]
        expect_equal(said[1], said[0], "the dump after the molt")
        expect_equal(sum("  dev@" in line for line in said[1]), count, "areas by name")
        expect(0 < owners(run, "molted")["memblock"] <= most, "the tables' memory")


@test()
def addresses_without_names():
    """Without KALLSYMS_BOOT a caller is an address."""
    run = boot_success("tiny", append="memblock=debug report=json")
    with judged(run):
        callers = {line[2] for line in ALLOCATION.finditer(kernel_text(run))}
        expect(callers, "no allocation is told")
        for caller in callers:
            expect(re.fullmatch(r"0x[0-9a-f]{16}", caller), f"no address: {caller}")
        functions = {function_of("tiny", int(caller, 16)) for caller in callers}
        expect({"table_page", "kmap_stack"} <= functions, f"memory was allocated from {functions}")


# Sed scripts that make a wrong table, and the complaint that must come of each.
PLANTS = (('s/^.asciz "boot_main"/.asciz "boot_mine"/', "boot_mine at 0x"),
          (r"5s/^\.half .*/.half 0x3/", "no function of this kernel"),
          (r"3s/^\.half .*/.half 5/", "is not in it"))


@test()
def wrong_tables_are_found():
    """A kernel whose table of names is wrong is not built."""
    with scratch() as folder, tempfile.TemporaryDirectory() as tools:
        kernel, wrapper = os.path.join(folder, "molt.elf"), os.path.join(tools, "python")
        make(folder, "defconfig")
        make(folder)
        for script, complaint in PLANTS:
            with open(wrapper, "w", encoding="utf-8") as file:
                file.write(f'#!/bin/sh\n[ "$2" = table ] || exec {PYTHON} "$@"\n'
                           f"{PYTHON} \"$@\" | sed '{script}'\n")
            os.chmod(wrapper, 0o755)
            if os.path.exists(kernel):
                os.remove(kernel)
            text = make(folder, f"PYTHON={wrapper}", status=2)
            expect("kallsyms: " in text and complaint in text, f"not found: {script}\n{text}")
            expect(not os.path.exists(kernel), "the kernel is left there")
        make(folder)
