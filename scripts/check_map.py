# SPDX-License-Identifier: BSD-2-Clause
"""By the link maps: with discard, boot's code is in the init window, with hotplug or without.

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


def say(what, summary, complaints):
    print(f"{'FAIL' if complaints else 'ok  '} {what}: {summary}")
    for complaint in complaints:
        print(f"     {complaint}")
    return bool(complaints)


def run(folder):
    """Build the corners that discard and check them; 0, or 1 where a check fails."""
    discarding = [corner for corner in CORNERS if corner.discard]
    kernels = [build(corner, folder) for corner in discarding]
    failed = False
    for corner, kernel in zip(discarding, kernels):
        failed |= say(f"{corner.name}: memblock is in the init window",
                      *sheds(kernel, MEMBLOCK, "memblock"))
        failed |= say(f"{corner.name}: the FDT code is in the init window", *sheds(kernel, FDT))
        failed |= say(f"{corner.name}: class init is in the init window",
                      *sheds(kernel, (), "init"))
    summary, complaints, kept = hotplug_adds(*kernels)
    failed |= say("hotplug keeps only meminit and hotplug code", summary, complaints)
    for label in kept:
        print(f"     kept for hotplug: {label}")
    return int(failed)
