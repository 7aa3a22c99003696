#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""What each corner of the boot memory lifetimes costs, measured. docs/footprint.md says how."""
import argparse
import json
import os
import sys
from pathlib import Path

import check_map
from corners import (CORNERS, IMAGE_PARTS, ROOT, STAGES, Failure, audit, boot, build, class_bytes,
                     locked, mebibytes, owners, progress)

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


def measure(corner, kernel, run):
    """One corner's figures, all in bytes but `instructions`, as FORMAT=json prints them."""
    after, ram = owners(run, "molted"), run.one("ledger", stage="molted")["ram"]
    instret = [run.one("stage", name=stage)["instret"] for stage in STAGES]
    classes = {name: class_bytes(kernel, name) for name in ("memblock", "meminit")}
    lost = ram - sum(after[owner] for owner in NOT_LOST)
    return {
        "config": f"{corner.name}_defconfig", "discard": corner.discard, "hotplug": corner.hotplug,
        "image_file": os.path.getsize(kernel.folder / "Image"),
        "resident_unrounded": kernel.resident_bytes(), "init_window": kernel.span("init"),
        "edges": kernel.edges(),
        "freed": {name: size for name, size in run.one("freed").items() if name != "type"},
        **classes,
        "owners": after, "ram": ram, "free": after["free"], "lost": lost,
        "lost_percent": round(100 * lost / ram, 4),
        "instructions": {**{stage: now - then for stage, then, now
                            in zip(STAGES[1:], instret, instret[1:])},
                         "total": instret[-1] - instret[0]},
    }


def difference(off, on):
    """What hotplug adds to the resident part of kernel `off`, name by name."""
    before, after = off.resident_items(), on.resident_items()
    names = []
    for key in before.keys() | after.keys():
        change = sum(items[key].bytes * sign for items, sign in ((after, 1), (before, -1))
                     if key in items)
        if change:
            item = after.get(key) or before[key]
            names.append({"name": item.name, "object": item.object, "class": item.lifetime,
                          "bytes": change})
    names.sort(key=lambda entry: (-abs(entry["bytes"]), entry["name"], entry["object"]))
    named = sum(entry["bytes"] for entry in names)
    held = on.resident_bytes() - off.resident_bytes()
    spans = sum(on.span(part) - off.span(part) for part in IMAGE_PARTS)
    return {"symbols": names, "named": named, "alignment": held - named,
            "page_rounding": spans - held, "resident": spans}


# ---- the table

def class_cell(figures, name):
    """Bytes of a configurable class, and where they are after boot."""
    parts = figures[name]
    doubled = figures["owners"]["memblock"] if name == "memblock" else 0
    total = figures["freed"][name] if parts["home"] == "freed" else parts["bytes"] + doubled
    return f"{total:,} {'freed' if parts['home'] == 'freed' else ' kept'}"


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
    yield "lost to the kernel", each(lambda f: f["lost"])
    yield "  % of RAM", each(lambda f: f"{f['lost_percent']:.3f} %")
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


def show(value):
    return f"{value:,}" if isinstance(value, int) else value


def print_table(mem, all_figures):
    print(f"Footprint at MEM={mem}, bytes, after the molt; one hart\n")
    heading = [("memblock", ["discarded" if f["discard"] else "kept" for f in all_figures]),
               ("hotplug", ["on" if f["hotplug"] else "off" for f in all_figures])]
    for label, cells in [*heading, *rows(all_figures)]:
        print(f"{label:26}" + "".join(f"{show(cell):>17}" for cell in cells))


def print_difference(title, off, on, changes, most=None):
    print(f"\nHotplug on against off, {title}\n")
    for label, (a, b) in rows([off, on]):
        if isinstance(a, int) and a != b:
            print(f"{label:26}{b - a:+17,}")
    names = changes["symbols"]
    print("\nNames in text, rodata and data that differ, with their class and object")
    for entry in names[:most]:
        print(f"{entry['bytes']:+8,}  {entry['name']:26} {entry['class']:9} {entry['object']}")
    rest = names[most:] if most else []
    if rest:
        print(f"{sum(entry['bytes'] for entry in rest):+8,}  in {len(rest)} more")
    print(f"{changes['named']:+8,}  all of these\n{changes['alignment']:+8,}  alignment\n"
          f"{changes['page_rounding']:+8,}  rounding to whole pages\n"
          f"{changes['resident']:+8,}  text, rodata and data")


# ---- the command

def footprint(mem, form, folder):
    mib = mebibytes(mem)
    figures, kernels, problems = [], [], []
    for corner in CORNERS:
        kernel = build(corner, folder)
        run = boot(corner, kernel, mib)
        problems += [f"{corner.name}: {problem}" for problem in audit(corner, kernel, run)]
        kernels.append(kernel)
        if not problems:
            figures.append(measure(corner, kernel, run))
    if problems:
        raise Failure("the books disagree:\n  " + "\n  ".join(problems))

    changes = {"discard": difference(*kernels[:2]), "keep": difference(*kernels[2:])}
    if form == "json":
        print(json.dumps({"mem": mem, "ram": figures[0]["ram"], "corners": figures,
                          "hotplug_adds": changes}, indent=1))
        return
    print_table(mem, figures)
    print_difference("memblock discarded", *figures[:2], changes["discard"])
    print_difference("memblock kept", *figures[2:], changes["keep"], most=8)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mem", default="128M", help="the machine's memory: 128M, 4G")
    parser.add_argument("--format", choices=("table", "json"), default="table")
    parser.add_argument("--check-map", action="store_true",
                        help="check the link maps of the corners; no boot")
    parser.add_argument("--build-folder", type=Path, default=ROOT / "build/footprint",
                        help="the corners are built here, each in its own folder")
    options = parser.parse_args()
    folder = options.build_folder.resolve()
    try:
        with locked(folder):
            if options.check_map:
                sys.exit(check_map.run(folder))
            footprint(options.mem, options.format, folder)
    except Failure as failure:
        progress(f"footprint: {failure}")
        sys.exit(1)


if __name__ == "__main__":
    main()
