# SPDX-License-Identifier: BSD-2-Clause
"""The checker of lifetimes: faults that are planted, and kernels without any."""
import json
import os
import re
import shutil
import tempfile
from random import Random
from typing import NamedTuple

from lifetimes import elf64
from lifetimes.check import judge, message
from lifetimes.classes import Bounds
from lifetimes.graph import Graph
from lifetimes.references import Reference, linked_end
from lifetimes.relocations import disagreements
from lifetimes.source import Source
from suite import (BUILD, CONFIGS, CORNERS, CROSS, PYTHON, ROOT, Once, built, command, expect,
                   expect_equal, locked, make, span, test)

PLANTED = os.path.join("test", "lifetimes")
CLASSES = {"resident": "obj", "namesake": "obj", "unused": "obj", "assembly": "obj", "init": "init",
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


def compile_planted(folder, family, flags, mistake=""):
    """Objects of the planted sources, with their classes; resident ones perhaps for LTO.

    A `mistake` is made with init.c: "unclassed", or "lto" though it has a class. (Of "lost" the
    linker script has one.)
    """
    listed = []
    for name, life in CLASSES.items():
        source = next(path for path in (os.path.join(PLANTED, name + end) for end in (".c", ".S"))
                      if os.path.exists(os.path.join(ROOT, path)))
        output = os.path.join(folder, f"{name}.o")
        own = [flag for flag in flags if flag != "-flto" or (life == "obj" and name != "assembly")]
        wrong = mistake if life == "init" and mistake != "lost" else ""
        own += ["-flto"] if wrong == "lto" else []
        command(*family.cc, *CFLAGS, *own, "-c", source, "-o", output)
        if life != "obj" and not wrong:
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
    return link_planted(re.sub(r"\W+", "_", flavour), family, flags)


@Once
def kernel_astray(mistake):
    """The folder of an image with a class that is forgotten or lost."""
    return link_planted(mistake, GNU, ["-O2", *(["-DLOST"] if mistake == "lost" else [])], mistake)


def link_planted(name, family, flags, mistake=""):
    """The folder where the planted sources have been linked."""
    folder = os.path.join(BUILD, "lifetimes", name)
    os.makedirs(folder, exist_ok=True)
    with locked(folder):
        objects = compile_planted(folder, family, flags, mistake)
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
    advice = (r"mark (\S+\(\) \(.*\)|\S+\(\)|code .*) __\w+(?<!data), ",
              r"mark [^()]* __\w+data, ", "take this")
    expect(all(any(re.search(words, c) for words in advice) for c in complaints),
           "it does not say what to do:\n" + "\n".join(complaints))


@test(("unclassed", "apply_class.sh has not seen it"), ("lto", "class init and holds code for LTO"),
      ("lost", "init_text is init, and is linked among what is resident"),
      ("lost", "init_weak is init, and is linked among what is resident"))
def astray(mistake, complaint):
    """A class file whose class is forgotten, or lost, is named."""
    said = check(kernel_astray(mistake))
    expect(any("init.o" in line and complaint in line for line in said), "\n".join(said))


@test(*zip(CONFIGS))
def tree(config):
    """No false alarm on the kernel, and the relocations it was checked by are not delivered."""
    folder = built(config)
    text = command(PYTHON, "scripts/check_lifetimes.py", os.path.join(folder, "molt.relocs.elf"),
                   os.path.join(folder, "molt.objects"))
    expect_equal(text, "", "what the checker says")
    text = command(PYTHON, "scripts/check_lifetimes.py", os.path.join(folder, "molt.elf"),
                   os.path.join(folder, "molt.objects"), status=2)
    expect("has no relocations" in text, text)
    text = command(f"{CROSS}readelf", "-SW", os.path.join(folder, "molt.elf"))
    expect(".text" in text and ".rela" not in text, "molt.elf has relocations")


@test()
def a_fault_ends_the_build():
    """A kernel with one is not delivered, not even where a library has the fault."""
    with tempfile.TemporaryDirectory(prefix="molt-lifetimes-") as folder:
        source, output = (os.path.join(folder, name) for name in ("stray.S", "stray.o"))
        with open(source, "w", encoding="utf-8") as file:
            file.write('.section .head.text, "ax"\nstray: call boot_main\n')
        command(f"{CROSS}gcc", "-march=rv64imac", "-mabi=lp64", "-c", source, "-o", output)
        make(folder, "tiny_defconfig")
        text = make(folder, f"libgcc={output}", status=2)
        expect("stray() is resident and refers to boot_main(), which is init (core/main.c:" in text,
               text[-2000:])
        expect(not os.path.exists(os.path.join(folder, "molt.elf")), "molt.elf was left behind")


def damaged(data, random):
    """Ways for a file to be no kernel."""
    for size in (0, 3, 63, 1000, len(data) // 2, len(data) - 1):
        yield f"its first {size} bytes", data[:size]
    yield "noise", random.randbytes(4096)
    yield "an object of the host's", data[:18] + b"\x3e" + data[19:]
    headers = int.from_bytes(data[40:48], "little")
    for _ in range(12):
        place = random.randrange(headers, len(data) - 8)
        yield f"noise at {place:#x}", data[:place] + random.randbytes(8) + data[place + 8:]


# Of each kind of relocation a bit that the linker has put into the instruction or word.
BIT = {1: 4, 2: 4, 57: 4, 16: 9, 17: 22, 18: 13, 19: 13, 23: 13, 24: 22, 25: 9, 44: 4, 45: 4,
       35: 4, 36: 4, 39: 4, 40: 4}


KINDS = {"gcc -O2": {2, 16, 17, 23, 24, 25, 35, 39, 45}, "clang -O2": {2, 18, 23, 24, 35, 39}}


@test(*zip(KINDS))
def other_bytes(flavour):
    """A relocation that names another target than the linked bytes is not believed."""
    elf = elf64.File(os.path.join(kernel_of_faults(flavour), "planted.elf"))
    expect_equal(list(disagreements(elf)), [], "what the linker has made")
    data, last = elf.data, {r.kind: r for r in elf.relocations() if r.kind in BIT}
    expect(KINDS[flavour] <= set(last), f"of {KINDS[flavour]} there are only {set(last)}")
    for kind, relocation in last.items():
        place, bit = relocation.section.offset + relocation.offset + BIT[kind] // 8, BIT[kind] % 8
        elf.data = data[:place] + bytes([data[place] ^ 1 << bit]) + data[place + 1:]
        said = list(disagreements(elf))
        expect(said and f"{relocation.section.name}+{relocation.offset:#x}: " in said[0],
               f"relocation {kind}: {said}")


@test()
def damaged_files():
    """A file that is cut short or full of noise is refused with a message, never believed."""
    folder = kernel_of_faults("gcc -O2")
    with open(os.path.join(folder, "planted.elf"), "rb") as file:
        data = file.read()
    with tempfile.TemporaryDirectory(prefix="molt-lifetimes-") as scratch:
        path = os.path.join(scratch, "planted.elf")
        for what, content in damaged(data, Random(1)):
            with open(path, "wb") as file:
                file.write(content)
            said = command("sh", "-c", '"$@"; status=$?; echo "status $status"', "sh", PYTHON,
                           "scripts/check_lifetimes.py", path, os.path.join(folder, "objects"))
            wanted = ("status 1", "status 2") if what.startswith("noise at") else ("status 2",)
            expect(said.splitlines()[-1] in wanted and "lifetimes: " in said, f"{what}: {said}")
            expect("Traceback" not in said, f"{what}:\n{said}")
        listed = os.path.join(scratch, "objects")
        for line in ("eternal x.o", "init", "init /nowhere/x.o"):
            with open(listed, "w", encoding="utf-8") as file:
                file.write(line + "\n")
            said = command(PYTHON, "scripts/check_lifetimes.py",
                           os.path.join(folder, "planted.elf"), listed, status=2)
            expect(said.startswith("lifetimes: ") and "Traceback" not in said, said)


@test()
def between_sections():
    """A reference to where the window holds nothing is told of like others."""
    elf = elf64.File(os.path.join(kernel_of_faults("gcc -O2"), "planted.elf"))
    bounds = Bounds(elf)
    place = max(s.address + s.size for s in elf.allocated)
    expect(place in bounds.window, f"{place:#x} is not in the window")
    holder = linked_end(elf, "resident", elf.globals["call"].value)
    reference = Reference(holder, linked_end(elf, bounds.of(place), place))
    source = Source("llvm-addr2line-14")
    (fault,), _, _ = judge([reference], [], source)
    said = message(fault, source)
    expect("call() is resident and refers to what no section holds, which is init" in said, said)


@test()
def only_boot_calls_it():
    """What stays and is reached from what goes alone is a candidate, and nothing else is."""
    elf = elf64.File(os.path.join(kernel_of_faults("gcc -O2"), "planted.elf"))
    sure, perhaps = ({node.name for node in nodes}
                     for nodes in Graph(elf, Bounds(elf)).candidates())
    expect("boot_only" in sure, f"boot_only() is not among {sure}")
    expect("boot_listed" in perhaps - sure, f"boot_listed() is not among {perhaps}, or in {sure}")
    expect(not sure & {"call", "tail_call", "ops", "unused", "take_pointer"}, f"{sure}")


@test()
def report():
    """make lifetimes tells of each corner all its bytes, and each declaration with its reason."""
    with locked(os.path.join(BUILD, "footprint")):
        text = command("make", "lifetimes", "FORMAT=json", seconds=500)
    corners = json.loads(text[text.index("{"):])
    expect_equal(sorted(corners), sorted(CORNERS), "corners")
    for name, corner in corners.items():
        begin, end = span(name, "image")
        total = sum(part["bytes"] for part in corner["classes"].values())
        expect_equal(total, end - begin, f"{name}: bytes of all classes")
        for life, part in corner["classes"].items():
            inside = sum(sum(symbols.values()) for symbols in part["files"].values())
            expect_equal(inside + part["alignment"], part["bytes"], f"{name}: bytes of {life}")
            # At most a page for each part, of which init has five, with zeros and boot stack.
            expect(inside and 0 <= part["alignment"] < 5 * 4096,
                   f"{name}: {life}: {inside} bytes of {part['bytes']}")
        panic = corner["classes"]["resident"]["files"]["core/panic.o"]
        expect("panic_at" in panic and "(strings)" in panic, f"{name}: core/panic.o: {panic}")
        expect(all(entry["reason"] for entry in corner["declared"]), f"{name}: no reason")
        callees = {entry["callee"] for entry in corner["declared"]}
        expect({"boot_entry", "memblock_add_range"} <= callees, f"{name}: declared: {callees}")
        expect(corner["candidates"]["bytes"] <= 64, f"{name}: {corner['candidates']}")


@test(("unknown", "tiny no_such", "'no_such' is no file, and none of configs/: bench"),
      ("none", "", "names none"),
      ("twice", "tiny tiny_defconfig", "names one twice"),
      ("for the shell", "tiny; echo done", "'tiny;' is no file"))
def refuses(_what, configs, wanted):
    text = command("make", "lifetimes", f"CONFIGS={configs}", status=2)
    expect(wanted in text and "Traceback" not in text, text)


@test()
def of_a_file():
    """CONFIGS= takes the path of a configuration, as in make footprint."""
    with locked(os.path.join(BUILD, "footprint")):
        text = command("make", "lifetimes", "CONFIGS=configs/tiny_defconfig")
    expect("== configs_tiny\n" in text and "reached from boot alone" in text, text)


@test()
def tool_is_missing():
    """Whoever tells lines is asked in every build, also for gcc's objects; without it, it is
    named."""
    folder = built("qemu_virt")
    said = command(PYTHON, "scripts/check_lifetimes.py", "--addr2line=no-such-tool",
                   os.path.join(folder, "molt.relocs.elf"), os.path.join(folder, "molt.objects"),
                   status=2)
    expect_equal(said, "lifetimes: no-such-tool is missing: ./bootstrap installs it\n", "said")
