# SPDX-License-Identifier: BSD-2-Clause
"""The footprint as a table for people, as Markdown, and as CSV."""
import csv
import sys
from collections import namedtuple

from corners import IMAGE_PARTS, STAGES

# Owners with a row of their own; any other that has bytes at the end gets one too.
OWNER_ROWS = {
    "text": "text", "rodata": "rodata", "data": "data (bss included)", "tables": "page tables",
    "zones": "zone metadata", "slab": "slab", "stacks": "stacks", "percpu": "per-hart areas",
    "unusable": "unusable",
}
# What the window is made of, each on pages of its own.
WINDOW_PARTS = {"init_text": "its text", "init_rodata": "its rodata", "init_data": "its data",
                "init_bss": "its zeros"}
# Neither is the kernel's loss.
NOT_LOST = ("free", "firmware")

# What one configuration has more than another: two figures, and difference() of the kernels.
# `most`: so many of the names are told.
Change = namedtuple("Change", "key title off on items most")


class Homed(int):
    """Bytes that are `freed` after boot, or `kept`."""
    home = ""


def class_cell(figures, name):
    """Bytes of a configurable class, and where they are after boot."""
    parts = figures[name]
    freed = parts["home"] == "freed"
    doubled = figures["owners"]["memblock"] if name == "memblock" else 0
    cell = Homed(figures["freed"][name] if freed else parts["bytes"] + doubled)
    cell.home = "freed" if freed else "kept"
    return cell


def rows(all_figures):
    """(label, cells) of the table; cells that can be compared are numbers."""
    def each(take):
        return [take(figures) for figures in all_figures]

    others = sorted({name for figures in all_figures for name, size in figures["owners"].items()
                     if size and name not in OWNER_ROWS and name not in NOT_LOST})
    yield "image file", each(lambda f: f["image_file"])
    yield "RAM", each(lambda f: f["ram"])
    yield "firmware", each(lambda f: f["owners"]["firmware"])
    yield "free after boot", each(lambda f: f["free"])
    yield "lost before the molt", each(lambda f: f["lost_before"])
    yield "lost to the kernel", each(lambda f: f["lost"])
    yield "  % of RAM", each(lambda f: f["lost_percent"])
    for owner, label in [*OWNER_ROWS.items(), *zip(others, others)]:
        yield "  " + label, each(lambda f, owner=owner: f["owners"][owner])
    yield "text to data, unrounded", each(lambda f: f["resident_unrounded"])
    for part in IMAGE_PARTS:
        yield f"  rounding up {part}", each(lambda f, part=part: f["edges"][part])
    yield "init window, freed", each(lambda f: f["init_window"])
    for part in WINDOW_PARTS:
        yield f"  rounding up {WINDOW_PARTS[part]}", each(lambda f, part=part: f["edges"][part])
    for name in ("memblock", "meminit"):
        yield f"class {name}", each(lambda f, name=name: class_cell(f, name))
    yield "instructions, hand-over on", each(lambda f: f["instructions"]["total"])
    for stage in STAGES[1:]:
        yield f"  to {stage}", each(lambda f, stage=stage: f["instructions"][stage])


def headed_rows(all_figures):
    """The rows, and before them what tells the columns apart."""
    yield "configuration", [f["config"] for f in all_figures]
    yield "memblock", ["discarded" if f["discard"] else "kept" for f in all_figures]
    yield "hotplug", ["on" if f["hotplug"] else "off" for f in all_figures]
    yield from rows(all_figures)


def show(value):
    if isinstance(value, Homed):
        return f"{int(value):,} {value.home:>5}"
    if isinstance(value, float):
        return f"{value:.3f} %"
    return f"{value:,}" if isinstance(value, int) else value


def changed_rows(change):
    """(label, bytes or instructions more)"""
    for label, (a, b) in rows([change.off, change.on]):
        if isinstance(a, int) and a != b:
            yield label, b - a


def name_rows(change):
    """(bytes more, name, class, object), with what is left out and the sums at the end."""
    names = change.items["symbols"]
    for entry in names[:change.most]:
        yield entry["bytes"], entry["name"], entry["class"], entry["object"]
    rest = names[change.most:] if change.most else []
    if rest:
        yield sum(entry["bytes"] for entry in rest), f"in {len(rest)} more", "", ""
    yield change.items["named"], "all of these", "", ""
    yield change.items["alignment"], "alignment", "", ""
    yield change.items["page_rounding"], "rounding to whole pages", "", ""
    yield change.items["resident"], "text, rodata and data", "", ""


NAMES_TITLE = "Names in text, rodata and data that differ, with their class and object"


def print_table(mem, all_figures, changes):
    print(f"Footprint at MEM={mem}, bytes, after the molt; one hart\n")
    width = max(17, *(len(f["config"]) + 2 for f in all_figures))
    for label, cells in headed_rows(all_figures):
        print(f"{label:30}" + "".join(f"{show(cell):>{width}}" for cell in cells))
    for change in changes:
        print(f"\n{change.title}\n")
        for label, more in changed_rows(change):
            print(f"{label:30}{more:+{width},}")
        print(f"\n{NAMES_TITLE}")
        for more, *words in name_rows(change):
            print(f"{more:+8,}  {words[0]:26} {words[1]:9} {words[2]}".rstrip())


def print_markdown(mem, all_figures, changes):
    def line(cells):
        print("| " + " | ".join(cells) + " |")

    def heading(cells):
        line(cells)
        line(["---", *["---:"] * (len(cells) - 1)])

    print(f"Footprint at MEM={mem}, bytes, after the molt; one hart\n")
    (label, cells), *rest = headed_rows(all_figures)
    heading([label, *cells])
    for label, cells in rest:
        line([label.replace("  ", "&emsp;", 1), *map(show, cells)])
    for change in changes:
        print(f"\n{change.title}\n")
        heading(["", "more"])
        for label, more in changed_rows(change):
            line([label.replace("  ", "&emsp;", 1), f"{more:+,}"])
        print(f"\n{NAMES_TITLE}\n")
        heading(["name", "bytes", "class", "object"])
        for more, *words in name_rows(change):
            line([words[0], f"{more:+,}", *words[1:]])


def print_csv(_mem, all_figures, changes):
    """Plain numbers; then a column for each of what is compared. An indented row's name has
    that of the row that it is part of before it."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    whole = ""
    for label, cells in headed_rows(all_figures):
        whole = whole if label.startswith(" ") else label
        name = f"{whole}: {label.strip()}" if label.startswith(" ") else label
        more = [f"{change.on['config']} - {change.off['config']}" for change in changes]
        if label != "configuration":
            by_config = dict(zip((f["config"] for f in all_figures), cells))
            ends = [(by_config[change.on["config"]], by_config[change.off["config"]])
                    for change in changes]
            more = ["" if isinstance(on, str) else round(on - off, 4) for on, off in ends]
        writer.writerow([name, *(str(cell) if isinstance(cell, str) else cell + 0
                                 for cell in cells), *more])
        if isinstance(cells[0], Homed):
            writer.writerow([f"{name}: after boot", *(cell.home for cell in cells),
                             *[""] * len(changes)])


FORMATS = {"table": print_table, "md": print_markdown, "csv": print_csv}
