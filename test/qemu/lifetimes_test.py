# SPDX-License-Identifier: BSD-2-Clause
"""The checker of lifetimes: faults that are planted, and kernels without any."""
import os
import re
import shutil
import tempfile
from typing import NamedTuple

from suite import (BUILD, CONFIGS, CROSS, PYTHON, ROOT, Once, built, command, expect,
                   expect_equal, locked, make, need, test)

PLANTED = os.path.join("test", "lifetimes")
CLASSES = {"resident": "obj", "unused": "obj", "assembly": "obj", "init": "init",
           "memblock": "memblock", "meminit": "meminit"}
CFLAGS = ("-march=rv64imac", "-mabi=lp64", "-mcmodel=medany", "-std=gnu11", "-g", "-ffreestanding",
          "-fno-common", "-fno-pie", "-ffunction-sections", "-fdata-sections",
          "-msmall-data-limit=0", "-ftls-model=local-exec", "-Iinclude")

# In the sources: on the line of the fault, or of a table's entry, which has no line in DWARF.
MARK = re.compile(r"(fault|entry|stale): (\w+) (.+?) \*/")


class Family(NamedTuple):
    """A family of tools."""
    cc: tuple
    link: tuple
    objcopy: str
    objdump: str


GNU = Family((f"{CROSS}gcc",), ("-Wl,--no-warn-rwx-segments",), f"{CROSS}objcopy",
             f"{CROSS}objdump")
CLANG = ("clang-14", "--target=riscv64-unknown-elf", "-mno-relax")
LLVM = Family(CLANG, ("-fuse-ld=lld",), "llvm-objcopy-14", "llvm-objdump-14")
# clang's objects, linked by ld.
MIXED = LLVM._replace(link=("-fuse-ld=" + (shutil.which(f"{CROSS}ld") or "missing"),))

FLAVOURS = {
    "gcc -O0": (GNU, "-O0"), "gcc -O2": (GNU, "-O2"), "gcc -Os": (GNU, "-Os"),
    "gcc LTO": (GNU, "-O2", "-flto"), "gcc -O2 kept": (GNU, "-O2", "-DKEPT"),
    "clang -O0": (LLVM, "-O0"), "clang -O2": (LLVM, "-O2"), "clang -Os": (LLVM, "-Os"),
    "clang LTO": (LLVM, "-O2", "-flto"), "clang LTO kept": (LLVM, "-O2", "-flto", "-DKEPT"),
    "clang, GNU ld": (MIXED, "-O2"),
}


class Planted(NamedTuple):
    """A line that must be reported."""
    kind: str
    holder: str
    targets: str
    file: str
    line: int


def planted(lto):
    """All of them; what is left out of a link, LTO has thrown away before."""
    found = []
    for name in sorted(os.listdir(os.path.join(ROOT, PLANTED))):
        path = os.path.join(PLANTED, name)
        with open(os.path.join(ROOT, path), encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                if (mark := MARK.search(line)) and not (lto and name == "unused.c"):
                    found.append(Planted(*mark.groups(), path, number))
    return found


def compile_planted(folder, family, flags):
    """Objects of the planted sources, with their classes; resident ones perhaps for LTO."""
    listed = []
    for name, life in CLASSES.items():
        source = next(path for path in (os.path.join(PLANTED, name + end) for end in (".c", ".S"))
                      if os.path.exists(os.path.join(ROOT, path)))
        output = os.path.join(folder, f"{name}.o")
        own = [flag for flag in flags if flag != "-flto" or (life == "obj" and name != "assembly")]
        command(*family.cc, *CFLAGS, *own, "-c", source, "-o", output)
        if life != "obj":
            command("env", f"OBJCOPY={family.objcopy}", f"OBJDUMP={family.objdump}",
                    "scripts/apply_class.sh", life, output)
        listed.append(f"{life} {output}")
    with open(os.path.join(folder, "objects"), "w", encoding="utf-8") as file:
        file.write("\n".join(listed) + "\n")
    return [line.split()[1] for line in listed]


@Once
def kernel_of_faults(flavour):
    """The folder of an image that holds every planted fault."""
    family, *flags = FLAVOURS[flavour]
    folder = os.path.join(BUILD, "lifetimes", re.sub(r"\W+", "_", flavour))
    os.makedirs(folder, exist_ok=True)
    with locked(folder):
        objects = compile_planted(folder, family, flags)
        script = os.path.join(folder, "planted.lds")
        command(*family.cc, "-E", "-P", "-x", "c", "-D__ASSEMBLER__", *flags,
                os.path.join(PLANTED, "planted.lds.S"), "-o", script)
        command(*family.cc, *CFLAGS, *flags, *family.link, "-nostdlib", "-static", "-T", script,
                "-Wl,--gc-sections", "-Wl,--emit-relocs", "-Wl,--build-id=none", *objects,
                "-o", os.path.join(folder, "planted.elf"))
    return folder


def check(folder, status=1):
    """What the checker says of planted.elf there, a line each."""
    return command(PYTHON, "scripts/check_lifetimes.py", os.path.join(folder, "planted.elf"),
                   os.path.join(folder, "objects"), status=status).splitlines()


def told(plant, complaint):
    """Whether a complaint is about a planted line: where it is, and both names."""
    if plant.kind == "stale":
        return f"{plant.file}:{plant.line}: {plant.holder} does not refer" in complaint and \
            plant.targets in complaint
    place, _, rest = complaint.removeprefix("lifetimes: ").partition(": ")
    holder = re.search(rf"\b{plant.holder}\b.* refers to ", rest)
    target = re.search(rf" refers to ({plant.targets})\W", rest)
    stem = os.path.splitext(os.path.basename(plant.file))[0]
    return bool(holder and target and (
        f"{stem}.o(" in place if plant.kind == "entry" else at_line(plant, place)))


def at_line(plant, place):
    """Whether a place is the line, or of what a short function returns its begin or end."""
    file, _, line = place.rpartition(":")
    return file == plant.file and int(line) - plant.line in (-1, 0, 1)


@test(*zip(FLAVOURS))
def planted_faults(flavour):
    """Each is named with file and line, and nothing else is."""
    complaints = check(kernel_of_faults(flavour))
    plants = planted("LTO" in flavour)
    expect(len(plants) >= 30, f"only {len(plants)} faults are planted")
    missed = [plant for plant in plants if not any(told(plant, c) for c in complaints)]
    false = [c for c in complaints if not any(told(plant, c) for plant in plants)]
    expect(not missed, "missed:\n" + "\n".join(map(str, missed)) + "\nsaid:\n" +
           "\n".join(complaints))
    expect(not false, "false alarms:\n" + "\n".join(false))
    expect(all("mark " in c or "take this" in c for c in complaints), "it does not say what to do")
