# SPDX-License-Identifier: BSD-2-Clause
"""From text to the programs of board.h, whose names are read from there.

A line is one step: its kind, its range, and what else it has.
    memory 0x80000000+0x8000000 hotpluggable numa number=1
    reserved_range 0x81000000+0x1000 repeat=3
    cells number=0xa5           # a comment
"""
import os
import re
import struct

HEADER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "board.h")
STEP = struct.Struct("<BBHIQQ")


def constants(prefix):
    """{name in lower case: value} of the header's enumerators that begin with `prefix`."""
    with open(HEADER, encoding="utf-8") as file:
        found = re.findall(rf"^\t{prefix}_(\w+)(?: = (\d+))?,", file.read(), re.MULTILINE)
    return {name.lower(): int(value or number) for number, (name, value) in enumerate(found)}


KINDS, FLAGS = constants("OP"), constants("NODE")


def step(line):
    kind, *words = line.split()
    flags = base = size = 0
    numbers = {"repeat": 0, "number": 0}
    for word in words:
        if word in FLAGS:
            flags |= FLAGS[word]
        elif "=" in word:
            name, value = word.split("=")
            numbers[name] = int(value, 0)
        else:
            base, size = (int(part, 0) for part in word.split("+"))
    return STEP.pack(KINDS[kind], numbers["repeat"], flags, numbers["number"], base, size)


def program(text):
    """The bytes of a program, of its lines."""
    lines = (line.split("#")[0].strip() for line in text)
    return b"".join(step(line) for line in lines if line)
