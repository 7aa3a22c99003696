# SPDX-License-Identifier: BSD-2-Clause
"""Where memory is, told at the end, when it runs out, and when it is made to seem so."""
import itertools
import re
import tempfile

import qemu
from hotplug_test import tree
from judge import boot_success, check_success, judged, kernel_text
from suite import CORNERS, bytes_of, expect, expect_equal, image, listing, test

UNITS = {"K": 1 << 10, "M": 1 << 20, "G": 1 << 30}
ZONE = r"^  node (\d+) +([A-Z]+\d*)((?: +\d+)+)$"


def rows(text):
    """Rows of zones: (node, name) and the numbers behind."""
    return {(int(node), name): [int(number) for number in numbers.split()]
            for node, name, numbers in re.findall(ZONE, text, re.MULTILINE)}


def zone_tables(text):
    """Of each zone: KiB, free KiB, claimed and loose blocks; and bytes in its free runs."""
    tables = re.search(r"^zones +KiB +free  blocks: claimed  loose\n((?:  node .*\n)+)"
                       r"(free runs .*)\n((?:  node .*\n)+)(free runs .*)\n((?:  node .*\n)+)",
                       text, re.MULTILINE)
    expect(tables, "the tables of zones are missing")
    zones, runs = rows(tables[1]), {}
    for head, body in (tables[2], tables[3]), (tables[4], tables[5]):
        sizes = [int(n) * UNITS[unit] for n, unit in re.findall(r"(\d+)([KMG])\b", head)]
        for zone, counts in rows(body).items():
            expect_equal(len(counts), len(sizes), f"columns of {zone}")
            runs[zone] = runs.get(zone, 0) + sum(n * size for n, size in zip(counts, sizes))
    return zones, runs


def owners_told(text):
    """What the table of owners says: bytes by name, without its `kernel`."""
    table = re.search(r"^memory: (\d+) KiB, held by\n((?:  .* bytes\n)+)", text, re.MULTILINE)
    expect(table, "the table of owners is missing")
    found = re.findall(r"^  (?:kernel )?(\S+) +(\d+) bytes$", table[2], re.MULTILINE)
    return int(table[1]) * 1024, {name: int(number) for name, number in found}


def check_tables(text, ram):
    """They agree with each other, and with the size of RAM. Returns free bytes."""
    zones, runs = zone_tables(text)
    expect_equal(set(zones), set(runs), "zones of the tables")
    for zone, (size, free, _, _) in zones.items():
        expect(free <= size, f"{zone}: {free} KiB of {size} are free")
        expect_equal(runs[zone], free * 1024, f"{zone}: bytes in free runs")
    told, owners = owners_told(text)
    expect_equal((told, sum(owners.values())), (ram, ram), "RAM, and the owners' sum")
    free = owners.get("free", 0) + owners.get("cma", 0)
    expect_equal(sum(runs.values()), free, "free in the zones, as the owners have it")
    return free


@test(*itertools.product([*CORNERS, "debug"], ["5M", "128M"], [1, 4]))
def meminfo(config, mem, smp):
    """Also where nothing else is said."""
    run = qemu.boot(image(config), mem, smp, "quiet meminfo")
    with judged(run):
        expect(run.passed, "the run did not pass")
        free = check_tables(kernel_text(run), bytes_of(mem))
        expect(free > bytes_of(mem) // 2, f"{free} bytes are free")
        expect(re.search(r"^caches +size +in use +slabs +KiB$", kernel_text(run), re.MULTILINE),
               "the table of caches is missing")


@test()
def meminfo_is_left_out():
    with judged(boot_success("tiny", "16M", append="meminfo report=json")) as run:
        text = kernel_text(run)
        expect('parameter meminfo: this kernel has no such thing' in text, "it was not refused")
        expect("free runs" not in text, "there is a table")


def holders(text):
    """What is held, as the head says it, and by whom: (pages, allocations, class, caller)."""
    head = re.search(r"^page owners: (\d+) pages in (\d+) allocations by \d+ callers, .*$", text,
                     re.MULTILINE)
    expect(head, "nothing is said of page owners")
    lines = re.findall(r"^ +(\d+) +(\d+)  (\S+) +(\S+)$", text[head.end():], re.MULTILINE)
    return (int(head[1]), int(head[2])), [
        (int(pages), int(count), kind, caller) for pages, count, kind, caller in lines]


def caller_name(caller):
    """The function of NAME+0xOFFSET, as a kernel that keeps its names tells a caller."""
    name, _, offset = caller.partition("+0x")
    expect(name in {symbol for _, _, symbol in listing("debug")}, f"there is no function {name}")
    int(offset, 16)
    return name


@test((1,), (4,))
def exhausted(smp):
    """One summary; everybody is told no, and nothing is lost."""
    run = boot_success("debug", "32M", smp, append="fault=exhaust report=json")
    with judged(run):
        text = kernel_text(run)
        asked = re.findall(r"^out of memory: no 4 KiB \(order 0, GFP_MOVABLE\) near node 0, asked "
                           r"for from (\S+); failure 1$", text, re.MULTILINE)
        expect_equal([caller_name(caller) for caller in asked], ["exhaust"],
                     "who asked, as the summaries have it")
        expect_equal(text.count("out of memory"), 1, "summaries")
        summary = text[text.index("out of memory"):text.index("memory was exhausted")]
        expect_equal(check_tables(summary, bytes_of("32M")), 0, "bytes that are free")
        held, lines = holders(summary)
        free = run.one("ledger", stage="molted")["owners"]["free"]
        expect_equal(held, (free // 4096, free // 4096), "pages and allocations")
        expect_equal(lines[0][:3], (*held, "-"), "the largest holder")
        expect_equal(caller_name(lines[0][3]), "exhaust", "who that is")


@test((1,), (4,))
def page_owners(smp):
    """Hotplug's tables and metadata are what is held at the end."""
    with tempfile.TemporaryDirectory() as folder:
        run = boot_success("debug", smp=smp, append="report=json page_owner=dump",
                           extra=["-dtb", tree(folder, "upper", smp)])
    with judged(run):
        (pages, count), lines = holders(kernel_text(run))
        expect(pages >= 1, "nothing is held")
        expect_equal((sum(line[0] for line in lines), sum(line[1] for line in lines)),
                     (pages, count), "sums of pages and allocations")
        expect({line[2] for line in lines} <= {"tables", "zones", "slab"}, f"held: {lines}")
        callers = {caller_name(line[3]) for line in lines}
        expect(callers, "no callers are told")


# ---- Failing on request

def faults(run):
    return {line["name"]: line["failures"] for line in run.all("faults")}


@test(*itertools.product(["10,100,-1", "1,30,-1,3", "7,50,100,1"], ["5,100,-1", "1,30,-1,4"],
                         [1, 4]))
def made_to_fail(pages, objects, smp):
    """The self checks ask again, and all of them pass: nobody panics, and nothing is lost."""
    append = f"quiet report=json fail_page_alloc={pages} failslab={objects}"
    with tempfile.TemporaryDirectory() as folder:
        run = boot_success("debug", smp=smp, append=append,
                           extra=["-dtb", tree(folder, "middle", smp)])
    with judged(run):
        for (name, most), wanted in zip(faults(run).items(), (pages, objects)):
            calls = run.one("faults", name=name)["calls"]
            interval, chance, times = (int(number) for number in wanted.split(",")[:3])
            expect(0 < most <= calls, f"{name}: {most} failures in {calls} calls")
            if times > 0:
                expect_equal(most, times, f"{name}: failures")
            elif chance == 100:
                expect_equal(most, calls // interval, f"{name}: failures in {calls} calls")
            else:
                share = most * interval * 100 / calls
                expect(abs(share - chance) < chance / 10, f"{name}: {share} % of the calls")


@test()
def failures_are_told():
    """Each is one line that names its caller; the same ones in a second run."""
    append = "report=json fail_page_alloc=3,50,40,7 failslab=2,50,30,8"
    runs = [boot_success("debug", "32M", append=append) for _ in range(2)]
    with judged(runs[1]):
        told = [re.findall(r"^(fail\w+): failure (\d+), at call (\d+), from \w+\+0x[0-9a-f]+$",
                           kernel_text(run), re.MULTILINE) for run in runs]
        expect_equal(told[1], told[0], "failures of a second run")
        expect_equal(len(told[0]), 70, "failures that are told")
        for name, wanted in ("fail_page_alloc", 40), ("failslab", 30):
            numbers = [int(line[1]) for line in told[0] if line[0] == name]
            expect_equal(numbers, list(range(1, wanted + 1)), f"{name}: failures")
        expect("out of memory" not in runs[0].text, "a failure on request is no shortage")


@test(*zip(["0,100,-1", "1,101,-1", "1,100", "1,100,-2", "1,100,-1,x", "", "1,100,-1,1,"]))
def wrong_faults(value):
    """Refused, and nothing fails."""
    run = qemu.boot(image("debug"), "32M", append=f"report=json failslab={value}")
    with judged(run):
        check_success(run, "32M", 1)
        expect(f'parameter failslab: "{value}" makes no sense' in run.text, "it was not refused")
        expect_equal(faults(run), {}, "faults")
