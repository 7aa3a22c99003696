# SPDX-License-Identifier: BSD-2-Clause
"""By the link maps: what a corner does not keep is in the init window, to the last byte.

footprint.py --check-map runs it. Each check prints one line.
"""
from fnmatch import fnmatch

from corners import CORNERS, build
from elf import lifetime

MEMBLOCK = ("mm/memblock*.o",)
# fnmatch's * crosses folders.
FDT = ("*/fdt_*.o", "lib/fdt.o", "lib/libfdt/*.o")
HOTPLUG = ("*hotplug*.o",)


def matches(name, patterns):
    return any(fnmatch(name, pattern) for pattern in patterns)


def sheds(kernel, patterns, life=None):
    """(what was checked, complaints): objects matching, or of class `life`, are init."""
    bound = [s for s in kernel.sections
             if matches(s.object, patterns) or (life and lifetime(s.name) == life)]
    astray = [s for s in bound if not kernel.within(s, "init")]
    summary = f"{len(bound)} sections of {len({s.object for s in bound})} objects"
    # Nothing to look at is no proof.
    none = [] if bound else ["the map names no such section"]
    return summary, none + [f"{s.object} {s.name}: {s.size} bytes in {s.output}" for s in astray]


def hotplug_adds(off, on):
    """(what was checked, complaints, kept): what `on` keeps and `off` does not.

    It may come from meminit and hotplug's own objects, or be a function of a file that
    stays, built for `off` too, which only the linker left out there (`kept`).
    """
    before = off.resident_items()
    new = [item for key, item in on.resident_items().items() if key not in before]
    kept, complaints = [], []
    for item in new:
        label = f"{item.object} {item.name}: {item.bytes} bytes"
        if matches(item.object, MEMBLOCK + FDT):
            complaints.append(f"{label}, memblock's or the FDT code's")
        elif item.lifetime == "meminit" or matches(item.object, HOTPLUG):
            continue
        elif item.lifetime == "resident" and all((item.object, section) in off.left_out
                                                 for section in item.sections):
            kept.append(label)
        else:
            complaints.append(f"{label}, class {item.lifetime}")
    none = [] if new else ["hotplug adds nothing at all"]
    return f"{len(new)} names more", none + complaints, kept


def keeps_no_name(kernel, lives):
    """(what was checked, complaints): names of these classes among those that stay.

    The name's own section says its class; and so does its object, where all of that is of one.
    """
    classes = {}
    for section in kernel.sections:
        classes.setdefault(section.object, set()).add(lifetime(section.name))
    short = {name for name, found in classes.items() if found <= set(lives)}
    items = kernel.resident_items().values()
    astray = [item for item in items if item.lifetime in lives or item.object in short]
    none = [] if items and short else ["there is nothing to look at"]
    return (f"{len(items)} names, none of {len(short)} objects",
            none + [f"{item.object} {item.name}: {item.bytes} bytes" for item in astray])


def say(what, summary, complaints):
    print(f"{'FAIL' if complaints else 'ok  '} {what}: {summary}")
    for complaint in complaints:
        print(f"     {complaint}")
    return bool(complaints)


def check_corner(corner, kernel):
    """Whether a check fails of one corner by itself."""
    gone = ["init"] + ["memblock"] * corner.discard + ["meminit"] * (not corner.hotplug)
    failed = False
    for life in gone:
        patterns = MEMBLOCK if life == "memblock" else ()
        failed |= say(f"{corner.name}: class {life} is in the init window",
                      *sheds(kernel, patterns, life))
    failed |= say(f"{corner.name}: the FDT code is in the init window", *sheds(kernel, FDT))
    failed |= say(f"{corner.name}: of {', '.join(gone)} no byte stays, by symbol",
                  *keeps_no_name(kernel, gone))
    return failed


def run(folder):
    """Build the corners and check them; 0, or 1 where a check fails."""
    kernels = [build(corner, folder) for corner in CORNERS]
    failed = False
    for corner, kernel in zip(CORNERS, kernels):
        failed |= check_corner(corner, kernel)
    summary, complaints, kept = hotplug_adds(*kernels[:2])
    failed |= say("hotplug keeps only meminit and hotplug code", summary, complaints)
    for label in kept:
        print(f"     kept for hotplug: {label}")
    return int(failed)
