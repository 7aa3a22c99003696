# SPDX-License-Identifier: BSD-2-Clause
"""What a kernel's bytes are: for each class by file and by symbol, and what could be shed."""
import os
from collections import defaultdict, namedtuple

from lifetimes import check, declared
from lifetimes.classes import CLASSES
from lifetimes.elf64 import FUNC, NOTYPE, OBJECT
from lifetimes.graph import Graph

Report = namedtuple("Report", "classes declared candidates")
# Of a class: all its bytes, and those that have a symbol: {file: {symbol: bytes}}.
Class = namedtuple("Class", "bytes files")
UNNAMED = "(strings, tables, alignment)"


def make(elf, objects, bounds, source, references):
    """The Report of a linked kernel; `references` are those that are to be vouched for."""
    _, _, used = check.judge(references, declared.read(elf), source)
    return Report(classes(elf, objects, bounds), list(dict.fromkeys(used)),
                  Graph(elf, bounds).candidates())


def classes(elf, objects, bounds):
    files = defined(objects, os.path.dirname(elf.path))
    named = defaultdict(lambda: defaultdict(dict))
    end = 0
    for symbol in sorted(elf.named_symbols(), key=lambda s: (s.value, -s.size)):
        life = bounds.of(symbol.value)
        # Aliases count once.
        if life and symbol.size and symbol.value >= end and symbol.kind in (NOTYPE, OBJECT, FUNC):
            file = files.get((symbol.name, symbol.file)) or files.get((symbol.name, "")) or "(LTO)"
            name = declared.plain(symbol.name)
            symbols = named[life][file]
            symbols[name] = symbols.get(name, 0) + symbol.size
            end = symbol.value + symbol.size
    return {life: Class(bounds.bytes(life), dict(named[life])) for life in CLASSES}


def defined(objects, folder):
    """{(symbol, its file where it is local): object, as a path in `folder`}"""
    return {(symbol.name, symbol.file): os.path.relpath(file.path, folder)
            for file in objects.files
            for symbol in file.symbols if 0 < symbol.place < len(file.sections)}


def as_json(report):
    return {
        "classes": {life: {"bytes": part.bytes, "files": part.files}
                    for life, part in report.classes.items()},
        "declared": [dict(d._asdict()) for d in report.declared],
        "candidates": {"bytes": sum(node.bytes for node in report.candidates),
                       "pieces": [{"name": node.name, "bytes": node.bytes}
                                  for node in report.candidates]},
    }


def as_text(report, symbols_told=12):
    """The same in lines; of each class the largest symbols only."""
    for life, part in report.classes.items():
        yield f"{life}: {part.bytes:,} bytes"
        sizes = {file: sum(symbols.values()) for file, symbols in part.files.items()}
        sizes[UNNAMED] = part.bytes - sum(sizes.values())
        yield from lines("by file", sizes)
        symbols = {f"{name}  ({file})": size for file, all_of in part.files.items()
                   for name, size in all_of.items()}
        yield from lines("largest symbols", symbols, symbols_told)
    yield f"declared references to what dies earlier: {len(report.declared)}"
    for entry in report.declared:
        yield f"  {entry.caller} -> {entry.callee}: {entry.reason} ({entry.place})"
    total = sum(node.bytes for node in report.candidates)
    yield f"resident, and reached from boot alone: {total:,} bytes could be shed"
    for node in report.candidates:
        yield f"{node.bytes:>10,}  {node.name}"


def lines(title, sizes, most=None):
    if sizes:
        yield f"  {title}"
    ranked = sorted(sizes.items(), key=lambda item: (-item[1], item[0]))
    for name, size in ranked[:most]:
        yield f"{size:>10,}  {name}"
