# SPDX-License-Identifier: BSD-2-Clause
"""The four corners of boot memory lifetimes: built, booted, and their books audited."""
import fcntl
import os
import re
import subprocess
import sys
from collections import namedtuple
from pathlib import Path

import elf
import qemu

ROOT = Path(__file__).resolve().parent.parent

Corner = namedtuple("Corner", "name discard hotplug")
CORNERS = (
    Corner("qemu_virt", True, False),
    Corner("hotplug", True, True),
    Corner("keep", False, False),
    Corner("keep_hotplug", False, True),
)
STAGES = ("entry", "memblock", "mapped", "zones", "running", "molted")
IMAGE_PARTS = ("text", "rodata", "data")
PARTS = ("text", "rodata", "data", "bss")

# Below this QEMU has no room for firmware, kernel and device tree side by side.
LEAST_MIB = 5

class Failure(Exception):
    """What went wrong, with the end of the log that shows it."""


def progress(*words):
    print(*words, file=sys.stderr, flush=True)


def tail(text, lines=20):
    return "\n".join("  | " + line for line in text.rstrip().splitlines()[-lines:])


def mebibytes(mem):
    """MEM as a number of MiB; Failure where it is no size, or too small to boot."""
    found = re.fullmatch(r"([0-9]+)([MGT]?)", mem, re.IGNORECASE)
    if not found:
        raise Failure(f"MEM={mem} is not a size: give whole MiB, GiB or TiB, as in 128M or 4G")
    size = int(found[1]) << {"": 0, "M": 0, "G": 10, "T": 20}[found[2].upper()]
    if size < LEAST_MIB:
        raise Failure(f"MEM={mem} is too small: firmware, kernel and device tree take {LEAST_MIB}M")
    return size


def chosen(words):
    """[(name, file)] of the configurations that CONFIGS names: those of configs/, or files.

    The name is good for a folder.
    """
    known = {path.name.removesuffix("_defconfig"): path
             for path in sorted((ROOT / "configs").glob("*_defconfig"))}
    found = []
    for word in words.split():
        source = known.get(word.removesuffix("_defconfig"), Path(word))
        if not source.is_file():
            raise Failure(f"CONFIGS: '{word}' is no file, and none of configs/: {', '.join(known)}")
        found.append((re.sub(r"[^\w.-]", "_", word.removesuffix("_defconfig")), source.resolve()))
    if len({name for name, _ in found}) < len(found):
        raise Failure(f"CONFIGS={words} names one twice")
    return found


def locked(folder):
    """A file that only one process has at a time; it is free again once closed."""
    folder.mkdir(parents=True, exist_ok=True)
    lock = open(folder / "lock", "w", encoding="utf-8")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        progress(f"waiting for another run that builds in {folder}")
        fcntl.flock(lock, fcntl.LOCK_EX)
    return lock


def _run(*argv, **variables):
    environment = {name: value for name, value in os.environ.items()
                   if name not in ("O", "MAKEFLAGS", "MAKELEVEL", "MFLAGS", "KCONFIG_CONFIG")}
    done = subprocess.run(argv, cwd=ROOT, env=environment | variables, check=False,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, errors="replace")
    if done.returncode:
        raise Failure(f"{' '.join(argv)} failed with {done.returncode}:\n" + tail(done.stdout))


def _make(*arguments):
    _run("make", *arguments)


def configure(out, source):
    """Make the configuration of build folder `out` from the file `source`."""
    _run(sys.executable, "scripts/kconfig.py", "defconfig", str(source),
         KCONFIG_CONFIG=str(out / ".config"))


def build(corner, folder, source=None):
    """Bring `folder`/NAME up to date and read it; `source` if not configs/NAME_defconfig.

    The configuration is made anew each time: its file is only written, and anything
    rebuilt, where that changes it.
    """
    progress(f"building {corner.name}")
    out = folder / corner.name
    configure(out, source or ROOT / f"configs/{corner.name}_defconfig")
    _make(f"-j{os.cpu_count() or 1}", f"O={out}")
    try:
        return elf.Kernel(out)
    except (OSError, ValueError, KeyError) as error:
        raise Failure(f"{corner.name}: the kernel cannot be read: {error}") from error


def boot(corner, kernel, mib):
    """One boot with instructions counted; Failure unless it passed."""
    progress(f"booting {corner.name}")
    mem = f"{mib}M"
    try:
        run = qemu.boot(kernel.folder / "Image", mem=mem,
                        extra=[*qemu.EXACT, *qemu.sparse(mem)], seconds=600)
    except (OSError, ValueError) as error:
        raise Failure(f"{corner.name}: no boot: {error}") from error
    if not run.passed:
        raise Failure(f"{corner.name}: the boot failed: exit code {run.code}, kernel's status "
                      f"{run.status}:\n" + tail(run.text))
    return run


def class_bytes(kernel, name):
    """Bytes of class `name`, and whether they stay: those outside the init window do."""
    begin, end = kernel.bounds("init")
    spans = [kernel.bounds(f"{name}_{part}") for part in PARTS]
    inside = [begin <= low and high <= end for low, high in spans if high > low]
    if len(set(inside)) > 1:
        raise Failure(f"{kernel.folder}: class {name} lies partly in the init window")
    return {"home": "freed" if all(inside) else "resident",
            "parts": {part: high - low for part, (low, high) in zip(PARTS, spans)},
            "bytes": sum(high - low for low, high in spans)}


def audit(corner, kernel, run):
    """Where the ELF, the ledger and the molt's own count disagree: a list of sentences."""
    try:
        pairs = [*_image_pairs(kernel, run), *_free_pairs(run), *_molt_pairs(corner, kernel, run)]
    except (KeyError, ValueError) as error:
        return [f"the console's lines are not those of docs/console.md: {error!r}"]
    pairs += [*_edge_pairs(kernel), *_class_pairs(kernel)]
    return [f"{what}: {a:,} against {b:,}, {a - b:+,} bytes" for what, a, b in pairs if a != b]


def owners(run, stage):
    return run.one("ledger", stage=stage)["owners"]


def _image_pairs(kernel, run):
    """(what, ledger, ELF): the image's parts at each stage, the window until it goes."""
    for stage in STAGES[1:]:
        ledger = owners(run, stage)
        for part in IMAGE_PARTS:
            yield f"{part} at stage {stage}, ledger against ELF", ledger[part], kernel.span(part)
        window = 0 if stage == "molted" else kernel.span("init")
        yield f"init at stage {stage}, ledger against ELF", ledger["init"], window


def _edge_pairs(kernel):
    """(what, a, b): sections and what rounds them up are whole pages, and less than one each."""
    edges = kernel.edges()
    yield ("text to data: sections and their edges against pages",
           kernel.resident_bytes() + sum(edges[part] for part in IMAGE_PARTS),
           sum(kernel.span(part) for part in IMAGE_PARTS))
    for part, edge in edges.items():
        yield f"{part}: bytes at its edge, and of these less than a page", edge, edge % 4096


def _free_pairs(run):
    """(what, a, b): each stage's books balance, and both lines say the same."""
    for stage in STAGES[1:]:
        line = run.one("ledger", stage=stage)
        yield f"owners at stage {stage}, sum against RAM", sum(line["owners"].values()), line["ram"]
        yield (f"free at stage {stage}, line stage against line ledger",
               run.one("stage", name=stage)["free"], line["owners"]["free"])


def _class_pairs(kernel):
    """(what, a, b): between a class's bounds lie its own input sections, all of them, alone."""
    for name in ("memblock", "meminit"):
        named = [s for s in kernel.sections if elf.lifetime(s.name) == name]
        within = [s for s in kernel.sections
                  if any(kernel.within(s, f"{name}_{part}") for part in PARTS)]
        yield (f"class {name}: sections by name against sections by place",
               sum(s.size for s in named), sum(s.size for s in within))
        yield (f"class {name}: sections by name that lie in its place", len(set(named)),
               len(set(named) & set(within)))


def _molt_pairs(corner, kernel, run):
    """(what, said, expected): what the molt gave back, part by part."""
    freed, before, after = run.one("freed"), owners(run, "running"), owners(run, "molted")
    parts = {name: freed[name] for name in ("init", "memblock", "meminit", "tables", "stack",
                                            "other")}
    yield "freed.total against its parts", freed["total"], sum(parts.values())
    yield "freed.total against the gain in free", freed["total"], after["free"] - before["free"]

    doubled = before["memblock"] - after["memblock"]
    yield "freed.init and its classes against the window", \
        freed["total"] - freed["other"] - doubled, kernel.span("init")
    for name, sheds, noted in (("memblock", corner.discard, doubled),
                               ("meminit", not corner.hotplug, 0)):
        weight = class_bytes(kernel, name)
        yield f"freed.{name} against ELF", freed[name], sheds * weight["bytes"] + noted
        yield f"{name}: home in the ELF against the configuration (1: freed)", \
            int(weight["home"] == "freed"), int(sheds)
    yield "freed.tables against ELF", freed["tables"], kernel.span("early_tables")
    yield "freed.stack against ELF", freed["stack"], kernel.span("boot_stack")
    yield "freed.other against the FDT", freed["other"], before["fdt"] - after["fdt"]
