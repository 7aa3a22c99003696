# SPDX-License-Identifier: BSD-2-Clause
"""Device trees that cannot be used: a message, a status of failure, and never a hang."""
import re
import struct
import tempfile

import qemu
from devicetree import (FIRMWARE, RAM_BASE, compiled, memory_node, source, with_memory,
                        with_reserved)
from judge import check_failure, judged
from start import started_by_us
from suite import expect, image, test

BLOB = 0x84000000
NO_TREE = r"^panic: no device tree at {}: "
UNREADABLE = r"^molt: fault before the MMU is on: perhaps a1 is not the address of an FDT$"
# What a1 holds, and what is to be said. 0x80180000 is the program that started the kernel.
POINTERS = {
    "0": NO_TREE.format(0),
    "80180000": NO_TREE.format(80180000),   # no FDT magic
    "80180004": NO_TREE.format(80180004),   # not aligned
    "80000000": UNREADABLE,                 # the firmware's own
    "1000000000": UNREADABLE,               # nothing is there
}


@test(*zip(POINTERS))
def device_tree_pointer(pointer):
    start = started_by_us(image("qemu_virt"), fdt=int(pointer, 16))
    with judged(qemu.boot(**start)) as run:
        check_failure(run, POINTERS[pointer])


def boot_blob(blob, config="qemu_virt", **options):
    """Boot with a1 at a copy of the file `blob`, untouched by the firmware."""
    return qemu.boot(**started_by_us(image(config), fdt=BLOB, blob=blob), **options)


def put_word(offset, value):
    """A change to the blob: its big-endian word at `offset` becomes `value`."""
    def change(data):
        struct.pack_into(">I", data, offset, value)
    return change


def cut_structure(data):
    """The structure block ends in its middle, as if the rest had been lost."""
    size = struct.unpack_from(">I", data, 36)[0]
    struct.pack_into(">I", data, 36, size // 2 & ~3)


def unknown_tag(data):
    offset, size = struct.unpack_from(">I", data, 8)[0], struct.unpack_from(">I", data, 36)[0]
    struct.pack_into(">I", data, offset + size - 4, 0x77)


def endless_property(data):
    """The first property's length reaches far out of the blob."""
    offset = struct.unpack_from(">I", data, 8)[0]
    first = data.index(struct.pack(">I", 3), offset)
    struct.pack_into(">I", data, first + 4, 0x7ffffff0)


NOT_READ = r"^fdt: not a device tree that can be read: "
BROKEN = r"^fdt: broken at offset \d+ of the structure block: "
# How QEMU's own tree is damaged (Devicetree Specification 5.2 has the header's words).
DAMAGES = {
    "magic": (put_word(0, 0xd00dfeee), NO_TREE.format("84000000")),
    "total size of 4 GiB": (put_word(4, 0xffffffff), NO_TREE.format("84000000")),
    "total size of 16": (put_word(4, 16), NOT_READ),
    "structure outside": (put_word(8, 0x7ffffff0), NOT_READ),
    "version 1": (put_word(20, 1), NOT_READ),
    "structure cut": (cut_structure, BROKEN),
    "unknown tag": (unknown_tag, BROKEN),
    "endless property": (endless_property, BROKEN),
}


@test(*zip(DAMAGES))
def device_tree_damaged(how):
    change, message = DAMAGES[how]
    with tempfile.TemporaryDirectory() as folder:
        path = compiled(folder, source(folder))
        with open(path, "rb") as file:
            data = bytearray(file.read())
        change(data)
        with open(path, "wb") as file:
            file.write(data)
        run = boot_blob(path)
    with judged(run):
        check_failure(run, message)
        check_failure(run, r"^panic: .*device tree at 84000000")


def memory(*nodes):
    return lambda text: with_memory(text, *nodes)


# What is wrong with a tree whose form is right, and what is to be said.
CONTENTS = {
    "no memory": (memory(), r"^panic: the FDT has no memory: the firmware should have added it$"),
    "memory that is disabled": (memory(memory_node(RAM_BASE, 1 << 27, 'status = "disabled";')),
                                r"^panic: the FDT has no memory: the firmware should have added it$"),
    "memory of no bytes": (memory(memory_node(RAM_BASE, 0)), r"^panic: the FDT has no memory: the firmware should have added it$"),
    "kernel outside RAM": (memory(memory_node(0x82000000, 0x6000000)),
                           r"^panic: RAM does not hold the kernel: it is at \[80200000, "),
    "kernel partly outside RAM": (memory(memory_node(RAM_BASE, 0x201000)),
                                  r"^panic: RAM does not hold the kernel: it is at \[80200000, "),
    "half a reg": (lambda text: re.sub(r"(memory@80000000 \{[^}]*reg = <)[^>]*>", r"\1 0x1>", text),
                   r"^fdt: /memory@80000000: reg: "),
    "memory without reg": (lambda text: re.sub(r"(memory@80000000 \{[^}]*)reg = <[^>]*>;", r"\1",
                                               text), r"^fdt: /memory@80000000: reg: "),
}


@test(*zip(CONTENTS))
def device_tree_says(what):
    change, message = CONTENTS[what]
    with tempfile.TemporaryDirectory() as folder:
        text = source(folder)
        changed = change(text)
        expect(changed != text, "the tree is unchanged")
        run = boot_blob(compiled(folder, changed))
    with judged(run):
        check_failure(run, message)
        # The tree was read, so that QEMU can be told.
        expect(run.code == 1 or message.startswith("^fdt"), f"QEMU's exit code is {run.code}")


@test()
def tree_of_our_own_boots():
    """The way the trees above take is not what makes them fail."""
    with tempfile.TemporaryDirectory() as folder:
        run = boot_blob(compiled(folder, with_reserved(source(folder), FIRMWARE)))
    with judged(run):
        expect(run.passed, "the run did not pass")
