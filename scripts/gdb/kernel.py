# SPDX-License-Identifier: BSD-2-Clause
"""The stopped kernel, as gdb sees it: its variables, wherever the MMU stands."""
import struct

import gdb

PAGE_SIZE, BLOCK_SIZE, GIB_SIZE = 1 << 12, 1 << 21, 1 << 30
PAGES_PER_BLOCK = BLOCKS_PER_GIB = 512
BLOCK_ORDER = 9
MACHINE_MODE = 3
ALL_ONES = (1 << 64) - 1


class Unknown(Exception):
    """What was asked for is not there (yet, or any more); the text says why."""


def load_address(path):
    """Where the ELF `path` asks to be loaded: p_paddr of its first PT_LOAD."""
    with open(path, "rb") as file:
        elf = file.read()
    table, = struct.unpack_from("<Q", elf, 32)
    entry_size, count = struct.unpack_from("<HH", elf, 54)
    return next(struct.unpack_from("<Q", elf, at + 24)[0]
                for at in range(table, table + count * entry_size, entry_size)
                if struct.unpack_from("<I", elf, at)[0] == 1)


class Kernel:
    """Constants of the kernel's build, and of its place in memory."""

    def __init__(self, path):
        self.image = address_of("__image_begin")
        self.image_size = address_of("__image_end") - self.image
        self.load = load_address(path)
        # What turns a link address into a physical one.
        self.to_phys = (self.load - self.image) & ALL_ONES

    def translated(self):
        """Whether this hart's loads go through page tables now."""
        return register("satp") != 0 and register("priv") != MACHINE_MODE

    def reachable(self, address):
        """Where to read what the kernel calls `address`: there, or at its physical place."""
        if self.translated():
            return address
        if address - self.image in range(self.image_size):
            return address + self.to_phys & ALL_ONES
        return self.phys(address)

    def phys(self, address):
        """The physical address of what the image or the linear map shows at `address`."""
        if address - self.image in range(self.image_size):
            return address + self.to_phys & ALL_ONES
        linear, size = self.number("linear_window"), self.number("linear_window_size")
        if address - linear in range(size):
            return address - self.number("linear_offset") & ALL_ONES
        if address < linear:
            return address
        raise Unknown(f"{address:#x} is neither physical, nor of the linear map or the image")

    def at(self, type_name, address):
        """The object of a type at one of the kernel's addresses."""
        kind = gdb.lookup_type(type_name) if isinstance(type_name, str) else type_name
        return gdb.Value(self.reachable(address)).cast(kind.pointer()).dereference()

    def variable(self, name):
        symbol = lookup(name)
        return self.at(symbol.type, int(symbol.value().address))

    def number(self, name):
        return int(self.variable(name))

    def words(self, address, count, form):
        """`count` numbers of struct's `form`, read in one go."""
        form = f"<{count}{form}"
        data = gdb.selected_inferior().read_memory(self.reachable(address), struct.calcsize(form))
        return struct.unpack(form, data)

    def string(self, address):
        return gdb.Value(self.reachable(address)).cast(
            gdb.lookup_type("char").pointer()).string()

    def strings(self, name):
        """An array of pointers to text."""
        array = self.variable(name)
        return [self.string(int(array[i])) for i in range(array.type.range()[1] + 1)]

    def stage(self):
        return self.number("stage_now")

    def reached(self, name):
        return self.stage() >= constant("stage", f"STAGE_{name.upper()}")

    def bounds(self, part):
        """[begin, end) of a part of the image, by link address."""
        return address_of(f"__{part}_begin"), address_of(f"__{part}_end")

    def is_shed(self, address):
        """Whether what the kernel has at `address` went with the init window."""
        begin, end = self.bounds("init")
        return self.reached("molted") and begin <= address < end


def find(name):
    """The symbol of a variable, or None. LTO leaves declarations behind, which have no place."""
    symbols = [gdb.lookup_global_symbol(name), *gdb.lookup_static_symbols(name)]
    return next((symbol for symbol in symbols if symbol and symbol.value().address is not None),
                None)


def lookup(name):
    symbol = find(name)
    if not symbol:
        raise Unknown(f"this kernel is built without {name}")
    return symbol


def has(name):
    return bool(find(name))


def address_of(name):
    """A symbol's link address: that of a function, of a variable or of the linker's script."""
    return int(gdb.parse_and_eval(f"(unsigned long)&{name}"))


def register(name):
    return int(gdb.parse_and_eval(f"${name}")) & ALL_ONES


def constant(enum, name):
    return next(field.enumval for field in gdb.lookup_type(f"enum {enum}").fields()
                if field.name == name)


def name_of(enum, number):
    """The enumerator of a number, without what all of them begin with, in small letters."""
    for field in gdb.lookup_type(f"enum {enum}").fields():
        if field.enumval == number:
            return field.name.split("_", 1)[1].lower()
    return str(number)
