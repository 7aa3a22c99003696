# SPDX-License-Identifier: BSD-2-Clause
"""What a kernel's bytes are: for each class by file and by symbol, and what could be shed."""
from collections import defaultdict, namedtuple

from lifetimes import check, declared
from lifetimes.classes import CLASSES
from lifetimes.graph import Graph

Report = namedtuple("Report", "classes declared candidates perhaps")
# Of a class: all its bytes, and those of objects: {file: {symbol: bytes}}. What is left is
# between them.
Class = namedtuple("Class", "bytes files")
UNNAMED = "(tables, padding)"


def make(elf, bounds, kernel, source, references):
    """The Report of a linked kernel; `references` are those that are to be vouched for, `kernel`
    is what its link map tells (elf.Kernel)."""
    _, _, used = check.judge(references, declared.read(elf), source)
    return Report(classes(bounds, kernel), list(dict.fromkeys(used)),
                  *Graph(elf, bounds).candidates())


def classes(bounds, kernel):
    """{class: Class}: each input section is its object's, also what has no name there."""
    files = {life: defaultdict(lambda: defaultdict(int)) for life in CLASSES}
    for section, names in kernel.names(kernel.sections):
        symbols = files[bounds.of(section.address)][section.object]
        for name, size in names:
            symbols[declared.plain(name) if name[0] not in ".(" else name] += size
        rest = section.size - sum(size for _, size in names)
        if rest:
            symbols[UNNAMED] += rest
    return {life: Class(bounds.bytes(life), {file: dict(of) for file, of in files[life].items()})
            for life in CLASSES}


def alignment(part):
    """Bytes of a class that are no object's: between their sections, and behind the last."""
    return part.bytes - sum(sum(symbols.values()) for symbols in part.files.values())


def as_json(report):
    return {
        "classes": {life: {"bytes": part.bytes, "alignment": alignment(part), "files": part.files}
                    for life, part in report.classes.items()},
        "declared": [dict(d._asdict()) for d in report.declared],
        "candidates": pieces(report.candidates),
        "perhaps": pieces(report.perhaps),
    }


def pieces(nodes):
    return {"bytes": sum(node.bytes for node in nodes),
            "pieces": [{"name": node.name, "bytes": node.bytes} for node in nodes]}


def as_text(report, symbols_told=12):
    """The same in lines; of each class the largest symbols only."""
    for life, part in report.classes.items():
        yield f"{life}: {part.bytes:,} bytes"
        sizes = {file: sum(symbols.values()) for file, symbols in part.files.items()}
        sizes["(alignment)"] = alignment(part)
        yield from lines("by file", sizes)
        symbols = {f"{name}  ({file})": size for file, all_of in part.files.items()
                   for name, size in all_of.items()}
        yield from lines("largest symbols", symbols, symbols_told)
    yield f"declared references to what dies earlier: {len(report.declared)}"
    for entry in report.declared:
        yield f"  {entry.caller} -> {entry.callee}: {entry.reason} ({entry.place})"
    yield from savings("resident, and reached from boot alone", "could be shed", report.candidates)
    yield from savings("the same, but boot takes the address",
                       "could be shed where nothing keeps it", report.perhaps)


def savings(what, advice, nodes):
    yield f"{what}: {sum(node.bytes for node in nodes):,} bytes {advice}"
    for node in nodes:
        yield f"{node.bytes:>10,}  {node.name}"


def lines(title, sizes, most=None):
    if sizes:
        yield f"  {title}"
    ranked = sorted(sizes.items(), key=lambda item: (-item[1], item[0]))
    for name, size in ranked[:most]:
        yield f"{size:>10,}  {name}"
