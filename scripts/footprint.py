#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""What each corner of the boot memory lifetimes costs, or any configurations that are named,
measured. docs/footprint.md says how."""
import argparse
import json
import os
import re
import sys
from pathlib import Path

import check_map
import footprint_print
from corners import (CORNERS, IMAGE_PARTS, ROOT, STAGES, Corner, Failure, audit, boot, build,
                     chosen, class_bytes, configure, locked, mebibytes, owners, progress)


def measure(corner, kernel, run):
    """One corner's figures, all in bytes but `instructions`, as FORMAT=json prints them."""
    after, ram = owners(run, "molted"), run.one("ledger", stage="molted")["ram"]
    instret = [run.one("stage", name=stage)["instret"] for stage in STAGES]
    classes = {name: class_bytes(kernel, name) for name in ("memblock", "meminit")}
    lost, before = (ram - sum(owners(run, stage)[owner] for owner in footprint_print.NOT_LOST)
                    for stage in ("molted", "running"))
    return {
        "config": corner.name, "discard": corner.discard, "hotplug": corner.hotplug,
        "image_file": os.path.getsize(kernel.folder / "Image"),
        "resident_unrounded": kernel.resident_bytes(), "init_window": kernel.span("init"),
        "edges": kernel.edges(),
        "freed": {name: size for name, size in run.one("freed").items() if name != "type"},
        **classes,
        "owners": after, "ram": ram, "free": after["free"], "lost": lost, "lost_before": before,
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


# ---- what is compared

def corner_of(name, source, folder):
    """A configuration as a corner: what it does with boot memory, read from it."""
    out = folder / name
    configure(out, source)
    on = set(re.findall(r"^CONFIG_(\w+)=y$", (out / ".config").read_text(encoding="utf-8"),
                        re.MULTILINE))
    if "REPORT_JSON" not in on:
        raise Failure(f"{name}: REPORT_JSON is off, and nothing else tells what boot has done")
    return Corner(name, "ARCH_DISCARD_MEMBLOCK" in on, "MEMORY_HOTPLUG" in on)


# ---- the command

def measure_all(corners, mem, folder, sources):
    """(figures, kernels) of corners; Failure where the books disagree."""
    figures, kernels, problems = [], [], []
    for corner in corners:
        kernel = build(corner, folder, sources.get(corner.name))
        run = boot(corner, kernel, mebibytes(mem))
        problems += [f"{corner.name}: {problem}" for problem in audit(corner, kernel, run)]
        kernels.append(kernel)
        if not problems:
            figures.append(measure(corner, kernel, run))
    if problems:
        raise Failure("the books disagree:\n  " + "\n  ".join(problems))
    return figures, kernels


def footprint(options, folder):
    """Measure and print. With no CONFIGS the four corners, hotplug on against off; else the
    first against each of the others."""
    mebibytes(options.mem)
    corners, sources = CORNERS, {}
    if options.configs is not None:
        named = chosen(options.configs)
        if len(named) < 2:
            raise Failure(f"CONFIGS={options.configs}: two or more are compared, the first with "
                          "the others")
        corners = [corner_of(name, source, folder) for name, source in named]
        sources = {corner.name: source for corner, (_, source) in zip(corners, named)}
    figures, kernels = measure_all(corners, options.mem, folder, sources)
    if options.configs is None:
        changes = [("discard", "Hotplug on against off, memblock discarded", 0, 1, None),
                   ("keep", "Hotplug on against off, memblock kept", 2, 3, 8)]
    else:
        changes = [(corner.name, f"{corner.name} against {corners[0].name}", 0, index, 8)
                   for index, corner in enumerate(corners) if index]
    changes = [footprint_print.Change(key, title, figures[a], figures[b],
                                      difference(kernels[a], kernels[b]), most)
               for key, title, a, b, most in changes]
    if options.format == "json":
        key = "corners" if options.configs is None else "configs"
        print(json.dumps({"mem": options.mem, "ram": figures[0]["ram"], key: figures,
                          "hotplug_adds" if key == "corners" else "against_first":
                          {change.key: change.items for change in changes}}, indent=1))
    else:
        footprint_print.FORMATS[options.format](options.mem, figures, changes)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mem", default="128M", help="the machine's memory: 128M, 4G")
    parser.add_argument("--format", choices=(*footprint_print.FORMATS, "json"), default="table")
    parser.add_argument("--configs", help="what to compare in place of the corners: two or more "
                        "names of configs/, or files")
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
            footprint(options, folder)
    except Failure as failure:
        progress(f"footprint: {failure}")
        sys.exit(1)


if __name__ == "__main__":
    main()
