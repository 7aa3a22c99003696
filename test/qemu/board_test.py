# SPDX-License-Identifier: BSD-2-Clause
"""Boards: QEMU's own, places of the image, RAM at any address, and the harts that a tree names."""
import itertools
import os
import re
import tempfile

import qemu
from devicetree import (FIRMWARE, bare_tree, compiled, memory_node, source, with_memory,
                        with_reserved)
from judge import (check_failure, check_ledgers, check_quiet, check_self_checks, check_success,
                   judged, kernel_text)
from monitor import idle_machine
from monitor_test import check_page_tables
from page_map import parse
from start import elf_at, on_bare_machine, started_by_us
from suite import CORNERS, built, expect, expect_equal, image, test

MIB, GIB = 1 << 20, 1 << 30

# Harts that run a kernel, by -smp: hart 0 of sifive_u has no MMU.
HARTS = {"virt": lambda smp: smp, "spike": lambda smp: smp, "sifive_u": lambda smp: smp - 1}


def kernel_for(machine, config="qemu_virt"):
    return os.path.join(built(config), qemu.BOARDS[machine].kernel)


def board_success(machine, config="qemu_virt", mem="128M", smp=2, checks=True, extra=()):
    append = "quiet report=json" + ("" if checks else " checks=no")
    run = qemu.boot(kernel_for(machine, config), mem, smp, append, extra, machine=machine)
    with judged(run):
        check_success(run, mem, HARTS[machine](smp), self_checks=checks)
        check_quiet(run)


@test(*itertools.product(["spike", "sifive_u"], CORNERS))
def corner(machine, config):
    board_success(machine, config)


@test(("virt", 2), ("virt", 8), ("virt", 64), ("spike", 1), ("spike", 8), ("sifive_u", 5))
def harts(machine, smp):
    """Few, and as many as the board and NR_HARTS allow."""
    board_success(machine, smp=smp)


@test(*itertools.product(["spike", "sifive_u"], ["16M", "4G"]))
def memory(machine, mem):
    board_success(machine, mem=mem, checks=mem == "16M")


@test(*zip(range(1, 5)))
def first_hart_of_sifive_u(hart):
    start = started_by_us(image("qemu_virt"), hart)
    run = qemu.boot(**start, smp=5, append="report=json", machine="sifive_u")
    with judged(run):
        check_success(run, "128M", 4)
        expect(f"Molt: hart {hart} first, " in run.text, "another hart was first")


@test()
def spike_by_firmware_alone():
    """The firmware's ELF keeps HTIF to itself: the run ends by its shutdown."""
    elf = "/usr/share/qemu/opensbi-riscv64-generic-fw_dynamic.elf"
    board_success("spike", smp=1, extra=["-bios", elf])


@test(*zip(["spike", "sifive_u"]))
def page_tables(machine):
    """QEMU's own list of live mappings is as on virt."""
    with idle_machine(kernel_for(machine), smp=2, machine=machine) as monitor:
        check_page_tables("qemu_virt", parse(monitor.ask("info mem")), 0x80200000)


@test(*zip(qemu.BOARDS))
def failure(machine):
    """A run that fails says so; QEMU's exit code too, where the board passes it on."""
    run = qemu.boot(kernel_for(machine, "debug"), smp=2, append="quiet fault=panic",
                    machine=machine)
    with judged(run):
        check_failure(run, "^panic: on request$")
        expect_equal(run.code, 1 if qemu.BOARDS[machine].tells_status else 0, "QEMU's exit code")


@test(*zip(qemu.BOARDS))
def early_failure(machine):
    """The same before there are final tables: the tree names no memory."""
    with tempfile.TemporaryDirectory() as folder:
        text = with_memory(source(folder, machine=machine, smp=2))
        start = started_by_us(image("qemu_virt"), 1, fdt=0x84000000, blob=compiled(folder, text))
        run = qemu.boot(**start, smp=2, machine=machine)
    with judged(run):
        check_failure(run, "^panic: the FDT has no memory: ")
        expect_equal(run.code, 1 if qemu.BOARDS[machine].tells_status else 0, "QEMU's exit code")


@test(*itertools.product(qemu.BOARDS, ["80400000", "83e00000"], ["128M"]),
      ("virt", "17fc00000", "4G"), ("sifive_u", "100000000", "4G"))
def elf_elsewhere(machine, address, mem):
    """molt.elf with other load addresses, started as it is by QEMU."""
    checks = mem == "128M"
    append = "report=json" + ("" if checks else " checks=no")
    with tempfile.TemporaryDirectory() as folder:
        elf = elf_at("qemu_virt", int(address, 16), folder)
        run = qemu.boot(elf, mem, 2, append, machine=machine)
    with judged(run):
        check_success(run, mem, HARTS[machine](2), self_checks=checks)
        expect(f"image at {address}, " in run.text, "the kernel is somewhere else")


def boot_bare(config, ram, kernel, fdt, mem, reserved=()):
    """Boot where RAM is `ram`, (base, size) each, the image and the tree where we say."""
    nodes = [memory_node(base, size) for base, size in ram]
    with tempfile.TemporaryDirectory() as folder:
        blob = compiled(folder, bare_tree("report=json", nodes, reserved))
        return qemu.boot(**on_bare_machine(image(config), kernel, blob, fdt, mem))


def owners(run, stage):
    return run.one("ledger", stage=stage)["owners"]


def check_bare(run, ram, kernel):
    expect(run.passed, "the run did not pass")
    check_ledgers(run, sum(size for _, size in ram))
    check_self_checks(run)
    expect_equal(run.one("harts")["online"], 1, "harts online")
    expect(f"image at {kernel:x}, " in run.text, "the kernel is somewhere else")


# Where RAM begins, how large the machine has to be for it, and what lies in it already.
STARTS = {
    "0": ("1G", ["mmode_resv0@0 { reg = <0 0 0 0x80000>; };"]),
    "40000000": ("2G", []),
    "c0000000": ("4G", []),
    "100000000": ("5G", []),
    "3fc0000000": ("256G", []),
    "6400200000": ("404G", []),
}


@test(*itertools.product(["qemu_virt"], STARTS),
      *itertools.product(CORNERS[1:], ["40000000"]))
def ram_starts_at(config, start):
    """128 MiB at an address that is no board's of QEMU's; the image is 2 MiB above."""
    base, (mem, reserved) = int(start, 16), STARTS[start]
    ram = [(base, 128 * MIB)]
    run = boot_bare(config, ram, base + 2 * MIB, base + 64 * MIB, mem, reserved)
    with judged(run):
        check_bare(run, ram, base + 2 * MIB)
        expect_equal(owners(run, "molted")["firmware"], 0x80000 if reserved else 0, "firmware")
        expect(f"memory: 131072 KiB {base:x} - {base + 128 * MIB:x}" in run.text,
               "the node's range")


# (base, size) of RAM, where the image lies in it, and where the tree.
CORNERS_OF_RAM = {
    "image first": ((GIB, 128 * MIB), GIB, GIB + 64 * MIB),
    "image last": ((GIB, 128 * MIB), GIB + 126 * MIB, GIB + 64 * MIB),
    "tree before the image": ((GIB, 128 * MIB), GIB + 2 * MIB, GIB + 8),
    "tree half outside": ((GIB, 128 * MIB), GIB + 2 * MIB, GIB + 128 * MIB - 256),
    "across 4 GiB": ((4 * GIB - 64 * MIB, 128 * MIB), 4 * GIB - 2 * MIB, 4 * GIB),
    "RAM not in pages": ((GIB + 0x1234, 128 * MIB + 0x777), GIB + 2 * MIB, GIB + 64 * MIB),
    "1 MiB": ((GIB, MIB), GIB, GIB + MIB // 2),
}


@test(*zip(CORNERS_OF_RAM))
def image_and_tree(where):
    ram, kernel, fdt = CORNERS_OF_RAM[where]
    run = boot_bare("qemu_virt", [ram], kernel, fdt, "5G")
    with judged(run):
        check_bare(run, [ram], kernel)


@test()
def image_beyond_the_linear_map():
    """It cannot run there: a message, and a status of failure."""
    with judged(boot_bare("qemu_virt", FAR_APART, 300 * GIB, GIB + 2 * MIB, "320G")) as run:
        expect_equal((run.code, run.status), (1, 1), "how it ended")
        expect("RAM does not hold the kernel: it is at [4b00000000, " in run.text, "not said")


# The linear map reaches 255 GiB from the GiB in which RAM begins: to the middle of the second.
FAR_APART = [(GIB, 128 * MIB), (256 * GIB - 64 * MIB, 128 * MIB), (300 * GIB, 16 * MIB)]
BEYOND = 80 * MIB
# Where the image lies, and the tree.
PLACES = {
    "both below": (GIB + 2 * MIB, GIB + 64 * MIB),
    "both above": (256 * GIB - 64 * MIB, 256 * GIB - 32 * MIB),
    "tree beyond": (GIB + 2 * MIB, 300 * GIB),
    "tree outside RAM": (GIB + 2 * MIB, 299 * GIB),
}


@test(*zip(PLACES))
def ram_far_apart(places):
    """What the linear map cannot reach is said and counted, wherever image and tree are."""
    kernel, fdt = PLACES[places]
    run = boot_bare("qemu_virt", FAR_APART, kernel, fdt, "320G")
    with judged(run):
        check_bare(run, FAR_APART, kernel)
        expect(f"memory: {BEYOND // 1024} KiB lie beyond the linear map" in run.text,
               "not said what is left out")
        for stage in "memblock", "molted":
            lost = owners(run, stage)["unusable"]
            expect(BEYOND <= lost < BEYOND + 4096, f"unusable at {stage}: {lost}")


def cpu(number, more=""):
    return (f'cpu@{number:x} {{ device_type = "cpu"; reg = <{number:#x}>; compatible = "riscv"; '
            f'mmu-type = "riscv,sv39"; {more} }};')


def with_cpus(text, *nodes):
    """The source with these harts, and no timebase-frequency of /cpus, in place of QEMU's."""
    nodes = "\n\t\t".join(("#address-cells = <1>;", "#size-cells = <0>;", *nodes))
    changed, count = re.subn(r"\n\tcpus \{.*?\n\t\};\n", f"\n\tcpus {{\n\t\t{nodes}\n\t}};\n",
                             text, flags=re.DOTALL)
    # What refers to QEMU's cpu nodes is none of the kernel's business.
    expect_equal(count, 1, "nodes /cpus in QEMU's tree")
    return changed


def boot_tree(change, smp=1, config="qemu_virt"):
    """Boot `virt` by its own tree, changed, which the kernel alone sees."""
    with tempfile.TemporaryDirectory() as folder:
        text = change(with_reserved(source(folder, smp=smp), FIRMWARE))
        text = text.replace("chosen {", 'chosen {\n\t\tbootargs = "report=json";', 1)
        start = started_by_us(image(config), fdt=0x84000000, blob=compiled(folder, text))
        return qemu.boot(**start, smp=smp)


def boot_with_cpus(smp, *nodes, **options):
    return boot_tree(lambda text: with_cpus(text, *nodes), smp, **options)


@test()
def sixty_four_harts_named():
    """Of which there are four; one of these is disabled, and one has no MMU."""
    run = boot_with_cpus(4, cpu(0), cpu(1, 'status = "disabled";'), cpu(2),
                         cpu(3).replace("riscv,sv39", "riscv,none"),
                         *(cpu(number, 'status = "fail";') for number in range(4, 64)))
    with judged(run):
        check_success(run, "128M", 2)


# What the tree says of the hart that boots the machine.
FIRST_HARTS = {
    "disabled": cpu(0, 'status = "disabled";'),
    "without MMU": cpu(0).replace("riscv,sv39", "riscv,none"),
    "not named": "",
}


@test(*zip(FIRST_HARTS))
def first_hart(what):
    """It is there, whatever the tree says."""
    run = boot_with_cpus(2, FIRST_HARTS[what], cpu(1))
    with judged(run):
        check_success(run, "128M", 2)


@test(("qemu_virt",), ("debug",))
def harts_that_do_not_exist(config):
    """Each is named, and the machine goes on with those that do; the run has failed."""
    run = boot_with_cpus(2, cpu(0), cpu(7), cpu(1), cpu(9), config=config)
    with judged(run):
        for hart in 7, 9:
            check_failure(run, f"^hart {hart} cannot be started: there is no such hart$")
        expect_equal(run.one("harts")["online"], 2, "harts online")
        expect_equal(run.one("ledger", stage="molted")["owners"]["init"], 0, "init at the end")


# timebase-frequency of each hart, as old trees have it, and whether it is refused.
TIMEBASES = {
    "one cell": ("timebase-frequency = <10000000>;", False),
    "two cells": ("timebase-frequency = <0 10000000>;", False),
    "nowhere": ("", False),
    "0": ("timebase-frequency = <0>;", True),
}


@test(*zip(TIMEBASES))
def timebase(how):
    """Whatever it is, harts are waited for."""
    frequency, refused = TIMEBASES[how]
    run = boot_with_cpus(2, cpu(0, frequency), cpu(1, frequency))
    with judged(run):
        check_success(run, "128M", 2)
        expect_equal("fdt: cpu@0: timebase-frequency makes no sense" in kernel_text(run), refused,
                     "it is refused")


STDOUT = {
    "path": "/soc/serial@10000000",
    "path with options": "/soc/serial@10000000:115200n8",
    "alias": "serial0",
    "alias with options": "serial0:115200n8",
}


def with_stdout(text, stdout, base=0x10000000):
    """The source with this stdout-path, an alias serial0, and the port's registers at `base`."""
    text = re.sub(r"stdout-path = [^;]*;", f'stdout-path = "{stdout}";', text)
    text = re.sub(r"(serial@10000000 \{[^}]*[^-]reg = <)[^>]*>", rf"\g<1>0 {base:#x} 0 0x100>", text)
    return text.replace("\n\tchosen {",
                        '\n\taliases { serial0 = "/soc/serial@10000000"; };\n\n\tchosen {', 1)


@test(*zip(STDOUT))
def stdout_path(how):
    """It leads to the port: one that cannot be used is named by its path."""
    stdout = STDOUT[how]
    with judged(boot_tree(lambda text: with_stdout(text, stdout))) as run:
        check_success(run, "128M", 1)
        expect("cannot be mapped" not in run.text, "the port was not mapped")
    with judged(boot_tree(lambda text: with_stdout(text, stdout, base=0x84000000))) as run:
        check_success(run, "128M", 1)
        expect("/soc/serial@10000000: cannot be mapped" in run.text, "it led somewhere else")


@test(*zip(("serial1", "serial0n8", "/soc/serial@1000000", "")))
def stdout_path_to_nowhere(stdout):
    """The firmware's console stays."""
    with judged(boot_tree(lambda text: with_stdout(text, stdout, base=0x84000000))) as run:
        check_success(run, "128M", 1)
        expect("cannot be mapped" not in run.text, "a port was chosen")
