# SPDX-License-Identifier: BSD-2-Clause
"""memmap, which shows a board's map without booting: run it, and read what it says."""
import json
import os
import re
import subprocess
import tempfile

from devicetree import compiled
from suite import BUILD, Once, clean_environment, expect, expect_equal, locked, make

MIB, GIB = 1 << 20, 1 << 30
RAM = 0x80000000

# ---- the program

@Once
def program(name):
    """$(O)/host/`name`, built where there is neither a configuration nor a cross compiler."""
    folder = os.path.join(BUILD, "memmap")
    path = os.path.join(folder, "host", name)
    with locked(folder):
        make(folder, "host-tools" if name == "memmap" else path, "CROSS_COMPILE=missing-")
    expect(not os.path.exists(os.path.join(folder, ".config")), "it made a configuration")
    return path


def run(*arguments, name="memmap-checked"):
    """Run memmap, as a rule under ASan and UBSan: (status, standard output, standard error)."""
    # It leaves its memory to the end of the process.
    environment = clean_environment() | {"ASAN_OPTIONS": "detect_leaks=0"}
    done = subprocess.run(["timeout", "-k", "5", "60", program(name), *arguments], check=False,
                          stdin=subprocess.DEVNULL, capture_output=True, env=environment)
    return done.returncode, done.stdout.decode("ascii"), done.stderr.decode("utf-8", "replace")


def succeed(blob, *options):
    status, out, err = run(*options, blob)
    expect_equal((status, err), (0, ""), "status and standard error")
    return out


HEX = re.compile(r"0x(0|[1-9a-f][0-9a-f]*)")
KINDS = {"firmware", "reserved", "cma", "kernel", "initramfs", "fdt", "limit", "unmapped"}
SCHEMA = {
    "memory": [{"base": HEX, "size": HEX, "nid": HEX, "flags": HEX}],
    "reserved": [{"base": HEX, "size": HEX, "name": str, "kind": KINDS, "nomap": bool,
                  "reusable": bool}],
    "zones": [{"nid": HEX, "name": {"DMA32", "NORMAL", "CMA"}, "size": HEX}],
    "harts": [{"id": HEX, "nid": HEX}],
    "timebase": HEX,
    "stdout": str,
    "bootargs": str,
    "initrd": {"base": HEX, "size": HEX},
    "warnings": [str],
}


def check_schema(value, schema, path="map"):
    if path == "map.initrd" and value is None:
        return
    if isinstance(schema, dict):
        expect_equal(list(value), list(schema), f"members of {path}")
        for key, member in schema.items():
            check_schema(value[key], member, f"{path}.{key}")
    elif isinstance(schema, list):
        expect(isinstance(value, list), f"{path} is no list")
        for entry in value:
            check_schema(entry, schema[0], f"{path}[]")
    elif isinstance(schema, set):
        expect(value in schema, f"{path}: {value}")
    elif schema is HEX:
        expect(isinstance(value, str) and HEX.fullmatch(value), f"{path}: {value!r} is no number")
    else:
        expect(type(value) is schema, f"{path}: {value!r} is no {schema.__name__}")


def numbers(value):
    """The map with numbers in place of hexadecimal strings."""
    if isinstance(value, dict):
        return {key: int(member, 16) if key in ("base", "size", "nid", "flags", "id", "timebase")
                else numbers(member) for key, member in value.items()}
    return [numbers(entry) for entry in value] if isinstance(value, list) else value


def json_map(blob, *options):
    """The map as JSON says it, held against docs/memmap.md, with numbers as numbers."""
    found = json.loads(succeed(blob, "--format=json", *options))
    check_schema(found, SCHEMA)
    found = numbers(found)
    for key in "memory", "reserved":
        for low, high in zip(found[key], found[key][1:]):
            expect(low["base"] + low["size"] <= high["base"], f"{key}: not ascending")
    return found


def json_of(text, *options):
    with tempfile.TemporaryDirectory() as folder:
        return json_map(compiled(folder, text), *options)


# ---- trees

def tree(*nodes, before=""):
    return ("/dts-v1/;\n" + before + "/ { #address-cells = <2>; #size-cells = <2>;\n"
            + "\n".join(nodes) + "\n};\n")


def reserved_memory(*nodes):
    return ("reserved-memory { #address-cells = <2>; #size-cells = <2>; ranges;\n"
            + "\n".join(nodes) + "\n};")


def cells(number):
    return f"{number >> 32:#x} {number & 0xffffffff:#x}"


def area(name, base, size, more=""):
    return f"{name}@{base:x} {{ reg = <{cells(base)} {cells(size)}>; {more} }};"
