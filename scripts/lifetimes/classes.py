# SPDX-License-Identifier: BSD-2-Clause
"""The four classes, who may refer to whom, and where each lies in a linked kernel."""
import re
from bisect import bisect_right

PARTS = ("text", "rodata", "data", "bss")
CLASSES = ("init", "memblock", "meminit", "resident")

# The same in every configuration, so that a mistake shows whichever corner is built.
MAY_REFER_TO = {
    "init": frozenset(CLASSES),
    "memblock": frozenset(("memblock", "resident")),
    "meminit": frozenset(("meminit", "resident")),
    "resident": frozenset(("resident",)),
}

# What gives a function its class, an object its class, and the list that gives it to a file.
MARKERS = {life: (f"__{life}", f"__{life}data", f"{life}-y") for life in CLASSES[:3]}

PREFIX = re.compile(r"\.(init|memblock|meminit)")


def section_class(name):
    """The class that an input section's name carries: from its file, or from a marker."""
    found = PREFIX.match(name)
    return found[1] if found else "resident"


class Bounds:
    """The classes of a linked kernel's addresses, from the bounds that the script sets."""

    def __init__(self, elf):
        self._symbols = elf.globals
        try:
            spans = [("resident", *self.span("image")), ("init", *self.span("init"))]
            spans += [(name, *self.span(f"{name}_{part}"))
                      for name in ("memblock", "meminit") for part in PARTS]
            self.template = range(*self.span("percpu"))
            self.window = range(*self.span("init"))
        except KeyError as missing:
            raise ValueError(f"{elf.path}: the linker script sets no {missing}") from missing
        # Ascending edges, and the class from each on; what is inner comes later and wins.
        self.edges = sorted({edge for _, *span in spans for edge in span})
        self._classes = [next((name for name, begin, end in reversed(spans)
                               if begin <= edge < end), None) for edge in self.edges]

    def span(self, name):
        """[begin, end) by the symbols __NAME_begin and __NAME_end."""
        return (self._symbols[f"__{name}_begin"].value, self._symbols[f"__{name}_end"].value)

    def of(self, address):
        """The class of what lies at `address`; None outside the image."""
        index = bisect_right(self.edges, address) - 1
        return self._classes[index] if index >= 0 else None

    def of_holder(self, address):
        """The same for what refers: a template's pointers live on in each hart's copy."""
        return "resident" if address in self.template else self.of(address)

    def bytes(self, life):
        """All bytes of a class."""
        ends = zip(self.edges, self.edges[1:], self._classes)
        return sum(after - before for before, after, name in ends if name == life)

    def of_section(self, name):
        """The class of an object's section: of a table, where the linker script puts it."""
        table = self._symbols.get("__start_" + PREFIX.sub("", name))
        return self.of(table.value) if table else section_class(name)

    def stays(self, life):
        """Whether a class stays in this kernel."""
        return life == "resident" or \
            life != "init" and self.span(f"{life}_text")[0] not in self.window

    def same_home(self, one, other):
        """Whether both go at the molt, or both stay."""
        return (one in self.window) == (other in self.window)
