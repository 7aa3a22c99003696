#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""What boot and single calls cost in instructions, measured. docs/performance.md says how."""
import argparse
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

import qemu
from corners import ROOT, STAGES, Corner, Failure, build, locked, owners, progress, tail

BUDGET = ROOT / "test/bench/budget.json"
OTHERS = ROOT / "test/bench/others.json"
RECORD = ROOT / "docs/performance.md"
MARKS = ("<!-- figures -->\n", "<!-- end of figures -->\n")

# The reference configuration boots on these, and only its stages are read.
REFERENCE = "qemu_virt"
MACHINES = ("16M", "128M", "1G", "16G", "120G")
BOOT_LINE = "quiet report=json checks=no"
NOT_LOST = ("free", "firmware")
KINDS = ("figures", "bytes")


class Bench(NamedTuple):
    """A boot of a bench kernel: what bench= asks for, and which of its figures are taken."""
    config: str
    mem: str
    parts: tuple
    taken: str = ""         # a regular expression; what does not match is measured elsewhere
    hotpluggable: str = ""  # this much, above MEM; as much again above it holds the FDT


BENCHES = (
    Bench("bench", "128M", ("pages", "fragmented", "bulk", "slab")),
    Bench("bench", "4G", ("pages",), taken=r"\.order18$"),
    Bench("bench_hotplug", "128M", ("map", "hotplug"), hotpluggable="128M"),
)


# ---- measuring

def tool(*argv):
    try:
        done = subprocess.run(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, check=False, timeout=60, text=True)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Failure(f"{argv[0]}: {error}: ./bootstrap installs it") from error
    if done.returncode:
        raise Failure(f"{' '.join(argv)} failed with {done.returncode}:\n" + tail(done.stdout))


def hotpluggable_tree(folder, mib, more):
    """QEMU's own tree with three memory nodes, the middle one hotpluggable."""
    blob, base = f"{folder}/tree.dtb", 0x80000000
    tool(qemu.QEMU, "-machine", f"virt,dumpdtb={blob}", "-m", f"{mib + 2 * more}M",
         "-display", "none")
    tool("fdtput", "-r", blob, f"/memory@{base:x}")
    for size, property_name in (mib, None), (more, "hotpluggable"), (more, None):
        node = f"/memory@{base:x}"
        tool("fdtput", "-c", blob, node)
        tool("fdtput", "-t", "s", blob, node, "device_type", "memory")
        tool("fdtput", "-t", "x", blob, node, "reg", "0", f"{base:x}", "0", f"{size << 20:x}")
        if property_name:
            tool("fdtput", blob, node, property_name)
        base += size << 20
    return ["-dtb", blob]


def boot(config, folder, mem, append, extra=()):
    """One boot with instructions counted; Failure unless it passed."""
    progress(f"booting {config} with {mem}")
    try:
        run = qemu.boot(folder / config / "Image", mem, append=append, seconds=300,
                        extra=[*qemu.EXACT, *qemu.sparse(mem), *extra])
    except (OSError, ValueError) as error:
        raise Failure(f"{config}, {mem}: no boot: {error}") from error
    if not run.passed:
        raise Failure(f"{config}, {mem}: the boot failed: exit code {run.code}, kernel's status "
                      f"{run.status}:\n" + tail(run.text))
    return run


def measure_boot(folder, mem, figures, sizes):
    """Each stage of the reference configuration's boot, and the RAM that is lost after it."""
    run = boot(REFERENCE, folder, mem, BOOT_LINE)
    instret = [run.one("stage", name=stage)["instret"] for stage in STAGES]
    for stage, then, now in zip(STAGES[1:], instret, instret[1:]):
        figures[f"boot.{stage}.{mem}"] = now - then
    figures[f"boot.total.{mem}"] = instret[-1] - instret[0]
    after = owners(run, "molted")
    sizes[f"ram.lost.{mem}"] = sum(size for name, size in after.items() if name not in NOT_LOST)
    sizes[f"ram.zones.{mem}"] = after["zones"]


def mebibytes(mem):
    return int(mem[:-1]) << {"M": 0, "G": 10}[mem[-1]]


def measure_calls(folder, bench, figures):
    """What a bench kernel says of single calls."""
    append = " ".join(["quiet checks=no", *(f"bench={part}" for part in bench.parts)])
    mib, extra = mebibytes(bench.mem), []
    with tempfile.TemporaryDirectory() as scratch:
        if bench.hotpluggable:
            more = mebibytes(bench.hotpluggable)
            extra, mib = hotpluggable_tree(scratch, mib, more), mib + 2 * more
        run = boot(bench.config, folder, f"{mib}M", append, extra)
    for line in run.all("bench"):
        if not re.search(bench.taken, line["name"]):
            continue
        if line["name"] in figures:
            raise Failure(f"{line['name']} was measured twice")
        figures[line["name"]] = line["instructions"]


def measure(folder):
    """{"figures": {name: instructions}, "bytes": {name: bytes}}"""
    figures, sizes = {}, {}
    for config in dict.fromkeys([REFERENCE, *(bench.config for bench in BENCHES)]):
        build(Corner(config, True, False), folder)
    for mem in MACHINES:
        measure_boot(folder, mem, figures, sizes)
    for bench in BENCHES:
        measure_calls(folder, bench, figures)
    return {"figures": figures, "bytes": sizes}


# ---- reading

def read_json(path, what):
    try:
        return json.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise Failure(f"{what}{path}: {error.strerror or error}") from error
    except ValueError as error:
        raise Failure(f"{what}{path} is not JSON: {error}") from error


def numbers(value):
    return isinstance(value, dict) and all(type(number) is int for number in value.values())


def read_run(path, what):
    """What an earlier run printed as FORMAT=json."""
    run = read_json(path, what)
    if not isinstance(run, dict) or not numbers(run.get("figures")) or not run["figures"] \
            or not numbers(run.get("bytes", {})):
        raise Failure(f"{what}{path} is not what make bench FORMAT=json prints")
    return {kind: run.get(kind, {}) for kind in KINDS}


def read_budget(path):
    limits = read_json(path, "budget ")
    if not numbers(limits):
        raise Failure(f"budget {path}: not one object of whole numbers")
    return limits


# ---- judging

def merged(run):
    return {**run["figures"], **run["bytes"]}


def problems(run, limits):
    """A sentence for each figure that is over its limit, or has none, and the other way round."""
    measured = merged(run)
    for name, value in measured.items():
        if name not in limits:
            yield f"{name} is {value:,} and has no limit"
        elif value > limits[name]:
            yield f"{name} is {value:,}, over its limit of {limits[name]:,}"
    for name in limits:
        if name not in measured:
            yield f"{name} has a limit and was not measured"


# ---- printing

def change(value, earlier):
    return f"{value - earlier:+,}" + (f" ({(value - earlier) / earlier:+.1%})" if earlier else "")


def rows(kind, run, limits, base):
    """A heading, then a row for each name: value, limit; with `base` also what it was."""
    yield ("figure", "instructions" if kind == "figures" else "bytes", "limit",
           *(("earlier", "change") if base else ()))
    gone = [name for name in (base or run)[kind] if name not in run[kind]]
    for name in [*run[kind], *gone]:
        value, limit = run[kind].get(name), limits.get(name)
        over = value is not None and limit is not None and value > limit
        cells = [name, "gone" if value is None else f"{value:,}",
                 "none" if limit is None else f"{limit:,}" + " OVER" * over]
        if base:
            earlier = base[kind].get(name)
            cells += ["new" if earlier is None else f"{earlier:,}",
                      "" if None in (value, earlier) else change(value, earlier)]
        yield cells


def print_table(run, limits, base):
    for kind in KINDS:
        if kind != KINDS[0]:
            print()
        for name, value, limit, *compared in rows(kind, run, limits, base):
            print(f"{name:36}{value:>14}{limit:>16}" + "".join(f"{cell:>20}" for cell in compared))


def markdown(run, limits):
    others = read_json(OTHERS, "")
    unit = {"figures": "instructions", "bytes": "bytes"}
    for kind in KINDS:
        yield f"| figure | {unit[kind]} | limit | others |\n|---|---:|---:|---|"
        for name, value in run[kind].items():
            limit = f"{limits[name]:,}" if name in limits else "none"
            yield f"| `{name}` | {value:,} | {limit} | {others.get(name, '')} |"
        yield ""


def record(run, limits):
    """Put the table into docs/performance.md, in place of the one that is there."""
    text = RECORD.read_text(encoding="utf-8")
    before, begin, rest = text.partition(MARKS[0])
    _, end, after = rest.partition(MARKS[1])
    if not begin or not end:
        raise Failure(f"{RECORD} has no marks for the table")
    table = "\n" + "\n".join(markdown(run, limits)) + "\n"
    RECORD.write_text(before + begin + table + end + after, encoding="utf-8")


def print_json(run, base):
    if base:
        run = {**run, "change": {name: value - merged(base)[name] for name, value
                                 in merged(run).items() if name in merged(base)}}
    print(json.dumps(run, indent=1))


# ---- the command

def options():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--format", choices=("table", "json", "md"), default="table")
    parser.add_argument("--base", metavar="FILE", help="compare with what FORMAT=json printed")
    parser.add_argument("--measured", metavar="FILE",
                        help="tell what FORMAT=json printed, in place of measuring")
    parser.add_argument("--budget", metavar="FILE", default=BUDGET, help="the limits")
    parser.add_argument("--check", action="store_true",
                        help="fail where a figure is over its limit, naming it")
    parser.add_argument("--record", action="store_true", help=f"also write into {RECORD.name}")
    parser.add_argument("--build-folder", type=Path, default=ROOT / "build/bench",
                        help="the kernels are built here, each in its own folder")
    return parser.parse_args()


def bench(chosen):
    """Returns the status."""
    limits = read_budget(chosen.budget)
    base = read_run(chosen.base, "BASE=") if chosen.base else None
    if chosen.measured:
        run = read_run(chosen.measured, "")
    else:
        folder = chosen.build_folder.resolve()
        with locked(folder):
            run = measure(folder)
    if chosen.record:
        record(run, limits)
    if chosen.format == "json":
        print_json(run, base)
    elif chosen.format == "md":
        print("\n".join(markdown(run, limits)))
    else:
        print_table(run, limits, base)
    found = list(problems(run, limits)) if chosen.check else []
    for problem in found:
        progress(f"bench: {problem}")
    return 1 if found else 0


def main():
    try:
        sys.exit(bench(options()))
    except Failure as failure:
        progress(f"bench: {failure}")
        sys.exit(1)


if __name__ == "__main__":
    main()
