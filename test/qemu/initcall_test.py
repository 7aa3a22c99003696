# SPDX-License-Identifier: BSD-2-Clause
"""Initcalls and the tables of boot: called in order, told, left out; shed; asserted."""
import itertools
import os
import re
import shlex
import shutil
import tempfile

import devicetree
import qemu
from judge import boot_success, check_failure, judged, kernel_text
from suite import CONFIGS, CROSS, PYTHON, built, command, expect, expect_equal, image, listing, \
    symbols, test
from toolchain_test import kernel

LEVELS = ["early", "console", "security", "core", "postcore", "arch", "subsys", "device", "late"]
TOLD = re.compile(r"^initcall (\w+) \((\w+)\): (-?\d+), after (\d+) instructions$", re.MULTILINE)


def told(run):
    """What initcall_debug said: (name, level, result, instructions)."""
    return [(name, level, int(result), int(count))
            for name, level, result, count in TOLD.findall(kernel_text(run))]


@test()
def levels_in_order():
    """Each level is called once its promise holds, each call once, also when quiet."""
    with judged(boot_success("debug", "32M", append="report=json initcall_debug")) as run:
        calls = told(run)
        levels = [LEVELS.index(level) for _, level, _, _ in calls]
        expect_equal(levels, sorted(levels), "levels")
        names = [name for name, *_ in calls]
        expect_equal(len(set(names)), len(names), "names that come once")
        for level in LEVELS:
            expect((f"order_{level}", level) in [call[:2] for call in calls], f"no {level}")
        expect_equal({result for _, _, result, _ in calls}, {0}, "results")
        # A call alone takes some; none of them has a second's worth of work.
        expect(all(0 < count < 1_000_000_000 for *_, count in calls), f"instructions: {calls}")


@test()
def told_only_on_request():
    with judged(boot_success("debug", "32M", append="report=json")) as run:
        expect_equal(told(run), [], "initcalls told")


@test()
def one_that_fails():
    """It is named with its error, even when quiet, and boot goes on."""
    run = qemu.boot(image("debug"), "32M", append="quiet fail_initcall")
    with judged(run):
        expect(run.passed, "the run did not pass")
        expect("initcall order_late failed: -5\n" in kernel_text(run), "it is not named")


@test()
def blacklist():
    """Those named are left out, and no other; a name that does not exist is told."""
    append = "report=json initcall_debug initcall_blacklist=order_core,nosuch,order_late,order_lat"
    with judged(boot_success("debug", "32M", append=append)) as run:
        text, names = kernel_text(run), [name for name, *_ in told(run)]
        for name in "order_core", "order_late":
            expect(f"initcall {name} is left out\n" in text, f"not said: {name}")
            expect(name not in names, f"{name} was called")
        expect_equal(len([name for name in names if name.startswith("order_")]), 7, "the others")
        for name in "nosuch", "order_lat":
            expect(f"parameter initcall_blacklist: there is no initcall {name}\n" in text,
                   f"not said: {name}")


@test()
def blacklist_given_twice():
    """One list does not undo another, and a name counts once: there is room for 16."""
    names = [f"order_{level}" for level in LEVELS]
    append = "initcall_blacklist=" + ",".join(names[1:] * 3) + f" initcall_blacklist={names[0]}"
    with judged(boot_success("debug", "32M", append=f"report=json initcall_debug {append}")) as run:
        called = [name for name, *_ in told(run)]
        expect_equal([name for name in called if name.startswith("order_")], [], "those called")
        left = re.findall(r"^initcall (\w+) is left out$", kernel_text(run), re.MULTILINE)
        expect_equal(sorted(left), sorted(names), "those left out")
    every = ",".join([*called, *names])
    run = qemu.boot(image("debug"), "32M", append=f"initcall_blacklist={every}")
    with judged(run):
        left = re.findall(r"^initcall \w+ is left out$", kernel_text(run), re.MULTILINE)
        more = re.findall(r"^parameter initcall_blacklist: too many: \w+ is called$",
                          kernel_text(run), re.MULTILINE)
        expect_equal((len(left), len(more)), (16, len(called) + len(names) - 16),
                     "left out, and more")


@test()
def without_a_console_driver():
    """The console stays with the firmware where its driver's initcall is left out."""
    append = "report=json initcall_blacklist=console_attach"
    with judged(boot_success("qemu_virt", "32M", append=append)) as run:
        expect("initcall console_attach is left out\n" in kernel_text(run), "it was not left out")


# A table of boot, as include/molt/table.h has it.
BOUND = re.compile(r"__(?:start|stop)_\w+")


@test(*zip(CONFIGS))
def tables_lie_in_the_window(config):
    """Each table is bounded, and goes with the window; but those that are used for longer."""
    symbol = symbols(config)
    bounds = {name for name in symbol if BOUND.fullmatch(name)
              and not re.search("_(ex_table|kallsyms_.*|unwind_.*)$", name)}
    starts = {name for name in bounds if name.startswith("__start_")}
    expect(len(starts) >= 20, f"tables: {sorted(starts)}")
    for start in starts:
        begin, end = symbol[start], symbol.get(start.replace("start", "stop", 1))
        expect(end is not None and symbol["__init_begin"] <= begin <= end <= symbol["__init_end"],
               f"{start} is not in the init window")
        expect_equal(begin % 8, 0, f"{start}: alignment")


# Where an entry of each of these lies; without it the link fails with that text.
MUST_NOT_BE_EMPTY = {
    "missing CPU support": ("arch/riscv/cpu.o", "cpu_records"),
    "no machine record defined": ("arch/riscv/machine.o", "machine_records"),
    "no handler finds devices": ("drivers/driver.o", "fdt_COMPATIBLE"),
    "no handler reads the root": ("arch/riscv/machine.o", "fdt_ROOT"),
}


LINKERS = {"ld": lambda: built("qemu_virt"), "lld": lambda: kernel(("qemu_virt", "clang", ()))}


def link_with(change, object_file, linker, check=False):
    """Link the reference kernel, one of its objects changed: what the linker says, failing.

    With `check` it links, and the checker of lifetimes fails.
    """
    folder = LINKERS[linker]()
    with open(os.path.join(folder, "molt.elf.cmd"), encoding="utf-8") as file:
        link = shlex.split(file.read())
    with tempfile.TemporaryDirectory(prefix="molt-link-") as scratch:
        copy = os.path.join(scratch, "changed.o")
        shutil.copy(os.path.join(folder, object_file), copy)
        change(copy)
        link[link.index(os.path.join(folder, object_file))] = copy
        link[link.index("-o") + 1] = os.path.join(scratch, "molt.elf")
        output = command(*[word for word in link if "-Map=" not in word], status=int(not check))
        if not check:
            return output
        with open(os.path.join(folder, "molt.objects"), encoding="utf-8") as file:
            objects = file.read().replace(os.path.join(folder, object_file), copy)
        with open(os.path.join(scratch, "objects"), "w", encoding="utf-8") as file:
            file.write(objects)
        return command(PYTHON, "scripts/check_lifetimes.py", os.path.join(scratch, "molt.elf"),
                       os.path.join(scratch, "objects"), status=1)


@test(*itertools.product(MUST_NOT_BE_EMPTY, LINKERS))
def table_without_its_entry(text, linker):
    object_file, table = MUST_NOT_BE_EMPTY[text]

    def take_out(path):
        command(f"{CROSS}objcopy", "--rename-section", f".init{table}=.init.rodata.no", path)

    output = link_with(take_out, object_file, linker)
    expect(text in output, f"the link does not say: {text}\n{output}")


@test(("starfive,jh7110-uar", 0), ("starfive,jh7110-uart", 1))
def compatible_string(text, status):
    """One that leaves no room for its closing 0 does not compile."""
    with tempfile.NamedTemporaryFile(suffix=".c", mode="w") as source:
        source.write("#include <drivers/driver.h>\n"
                     f'DRIVER(planted) = {{COMPATIBLE("{text}")}};\n')
        source.flush()
        output = command(f"{CROSS}gcc", "-march=rv64imac", "-mabi=lp64", "-Iinclude",
                         "-ffreestanding", "-fsyntax-only", source.name, status=status)
    expect(not status or "negative" in output, output)


def adder(assembly):
    """What adds a section to an object."""
    def add(path):
        with tempfile.NamedTemporaryFile(suffix=".S", mode="w") as source:
            source.write(assembly)
            source.flush()
            command(f"{CROSS}gcc", "-march=rv64imac", "-mabi=lp64", "-c", source.name,
                    "-o", f"{path}.more")
        command(f"{CROSS}ld", "-r", "-m", "elf64lriscv", path, f"{path}.more", "-o", f"{path}.new")
        os.replace(f"{path}.new", path)
    return add


@test(*zip(LINKERS))
def torn_table(linker):
    """An entry that is not whole fails the link."""
    output = link_with(adder('.section boot_params, "a"\n.word 0\n'), "core/power.o", linker)
    expect("boot_params is not whole entries" in output, f"not said:\n{output}")


@test(*zip(LINKERS))
def orphan_section(linker):
    """A section that the linker script does not know fails the link."""
    output = link_with(adder('.section .stray, "awR"\n.word 1\n'), "core/power.o", linker)
    expect("orphan section `.stray'" in output or "(.stray) is being placed" in output,
           f"the link does not fail for it:\n{output}")


# By name and within a file, by a call and by a pointer.
EXIT_CALLS = """.section .exit.text, "ax"
.globl leave
leave: ret
quit: ret
.section .text.caller, "axR"
.type caller, @function
caller: call leave
.size caller, . - caller
.section .text.inner, "axR"
.type inner, @function
inner: call quit
.size inner, . - inner
.section .rodata.pointer, "aR"
.type pointer, @object
pointer: .quad leave
.size pointer, 8
"""


@test()
def call_of_exit_code_by_lld():
    """lld makes calls of address 0 of them: the checker of lifetimes names each."""
    output = link_with(adder(EXIT_CALLS), "core/power.o", "lld", check=True)
    for name in "caller()", "inner()", "pointer":
        expect(f": {name} is resident and refers to what is not in the kernel" in output,
               f"{name} is not told:\n{output}")
    expect_equal(output.count("\n"), 3, f"lines of\n{output}")


@test()
def call_of_exit_code():
    """What is discarded cannot be called: the link fails, and names it."""
    output = link_with(adder('.section .exit.text, "ax"\n.globl leave\nleave: ret\n'
                             '.section .text.caller, "axR"\ncall leave\n'), "core/power.o", "ld")
    expect("leave" in output and "discarded" in output, f"not said:\n{output}")


@test(*zip(CONFIGS))
def exit_code_is_left_out(config):
    """What would take a driver out never reaches the image: neither its name nor its text."""
    names = {name for _, _, name in listing(config)}
    expect("plic_init" in names or config == "tiny", "plic.c is not linked in")
    expect(not [name for name in names if name.endswith("_exit") and "plic" in name],
           "plic_exit is in the image")
    with open(image(config), "rb") as file:
        content = file.read()
    expect(b"plic: no interrupts any more" not in content, "its text is")


@test((1,), (4,))
def devices_are_told(smp):
    """What the machine's interrupt controller and timer have, for harts and their two modes."""
    with judged(boot_success("qemu_virt", "32M", smp, "report=json")) as run:
        said = kernel_text(run)
        for line in (f"plic at c000000: sources: 96, contexts: {2 * smp}",
                     f"clint at 2000000: timers of {smp} harts, the firmware's"):
            expect(line in said.splitlines(), f"not said: {line}\n{said}")


@test()
def hart_that_is_not_supported():
    """The boot hart, by the tree's word, cannot run the kernel: the machine says so and stops."""
    with tempfile.TemporaryDirectory() as folder:
        tree = devicetree.source(folder, "32M")
        changed = re.sub(r'(riscv,isa = "rv64\w*?)c', r"\1", tree)
        expect(changed != tree, "riscv,isa is not there")
        run = qemu.boot(image("qemu_virt"), "32M", append="quiet",
                        extra=["-dtb", devicetree.compiled(folder, changed)])
    with judged(run):
        check_failure(run, r"^panic: missing CPU support: hart 0 lacks extensions: it needs imac$")
