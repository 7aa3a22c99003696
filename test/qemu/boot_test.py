# SPDX-License-Identifier: BSD-2-Clause
"""Boots that succeed: sizes, harts, places, and what the machine is started with."""
import itertools
import os
import re
import tempfile

import qemu
from judge import boot_success, check_success, judged, kernel_text
from start import started_by_us
from suite import (CONFIGS, CORNERS, built, bytes_of, expect, expect_equal, image, span,
                   test)

# QEMU itself refuses less: it would put the FDT where the kernel is (failure_test.py).
LEAST = "5M"


@test(*itertools.product(CORNERS, ["16M", "128M", "1G", "4G"], [1, 4]),
      heavy=lambda config, mem, smp: mem == "4G")
def corner(config, mem, smp):
    boot_success(config, mem, smp)


@test(*itertools.product(CONFIGS, [1, 4]))
def least_memory(config, smp):
    boot_success(config, LEAST, smp)


@test(*itertools.product(["tiny", "debug"], ["16M", "128M"], [1, 4]))
def configuration(config, mem, smp):
    boot_success(config, mem, smp)


@test(*zip(CONFIGS))
def loud(config):
    """Without `quiet` the console tells how much was freed, as the @molt lines do."""
    with judged(boot_success(config, "16M", append="report=json")) as run:
        said = re.findall(r"^Freeing init memory: (\d+)K$", kernel_text(run), re.MULTILINE)
        expect_equal(said, [str(run.one("ledger", stage="mapped")["owners"]["init"] // 1024)], "Freeing init memory")


@test(*zip(CONFIGS))
def image_in_the_ledger(config):
    """The ledger's text, rodata, data and init are the spans between the linker's symbols."""
    with judged(boot_success(config, "16M")) as run:
        owners = run.one("ledger", stage="running")["owners"]
        for part in "text", "rodata", "data", "init":
            begin, end = span(config, part)
            expect_equal(owners[part], end - begin, f"ledger: {part}")


@test(*zip(CORNERS))
def ram_full_of_noise(config):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "ram")
        with open(path, "wb") as file:
            file.write(os.urandom(bytes_of("128M")))
        boot_success(config, "128M", 4, extra=[
            "-object", f"memory-backend-file,id=ram,size=128M,mem-path={path},share=off",
            "-machine", "memory-backend=ram"])


@test(*zip(range(4)))
def first_hart(hart):
    run = qemu.boot(**started_by_us(image("qemu_virt"), hart), smp=4, append="report=json")
    with judged(run):
        check_success(run, "128M", 4)
        expect(f"Molt: hart {hart} first, image at 80200000" in run.text, "another hart was first")


@test(*zip((2, 4)))
def harts_come_in_together(harts):
    """OpenSBI before 1.3 can let a hart in where the first one came in; all may come so."""
    for _ in range(5):
        start = started_by_us(image("qemu_virt"), together=harts)
        run = qemu.boot(**start, smp=harts, append="quiet report=json")
        with judged(run):
            check_success(run, "128M", harts)


@test(*itertools.product(CORNERS, ["80400000", "82000000", "87a00000"]))
def load_address(config, address):
    start = started_by_us(image(config), entry=int(address, 16))
    run = qemu.boot(**start, smp=2, append="report=json")
    with judged(run):
        check_success(run, "128M", 2)
        expect(f"image at {address}" in run.text, "the kernel is somewhere else")


@test(*itertools.product(CORNERS, ["Image", "molt.elf"]))
def file_format(config, name):
    boot_success(config, kernel=os.path.join(built(config), name))


@test()
def twenty_boots_in_a_row():
    for _ in range(20):
        boot_success("qemu_virt", smp=4)


@test(*itertools.product(CORNERS, [4096, 100001]))
def initramfs(config, size):
    with tempfile.NamedTemporaryFile() as file:
        file.write(os.urandom(size))
        file.flush()
        run = boot_success(config, extra=["-initrd", file.name])
    with judged(run):
        for ledger in run.all("ledger"):
            expect_equal(ledger["owners"]["initramfs"], size, f"initramfs at {ledger['stage']}")


@test()
def quoted_parameters():
    """Quotes are taken off, wherever they stand in the word."""
    boot_success("qemu_virt", "16M", append=' "quiet"  report="json" ')
    run = boot_success("qemu_virt", "16M", append='quiet report=json "no such=1 2"')
    expect("no such" not in run.text, "quiet does not silence a warning")
    run = boot_success("qemu_virt", "16M", append='report=json "no such=1 2"')
    with judged(run):
        expect("parameters that are unknown: no such\n" in kernel_text(run),
               "a quoted word fell apart")


WRONG = {
    "nosuch": "parameters that are unknown: nosuch",
    "nosuch=3": "parameters that are unknown: nosuch",
    "nosuch=3 on off=1 -- nosuch": "parameters that are unknown: nosuch on off",
    "loglevel": "parameter loglevel: its value is missing",
    "stress": "parameter stress: its value is missing",
    "meminfo=1": 'parameter meminfo: "1" is one too many: it takes no value',
    "poweroff=maybe": 'parameter poweroff: "maybe" makes no sense',
    "loglevel=9": 'parameter loglevel: "9" makes no sense',
    "stress=0": 'parameter stress: "0" makes no sense',
    "stress=1x": 'parameter stress: "1x" makes no sense',
    "report=xml": 'parameter report: "xml" makes no sense',
}


@test(*zip(WRONG))
def wrong_parameter(word):
    """It is named, and the boot goes on."""
    with judged(boot_success("qemu_virt", "16M", append=f"report=json {word}")) as run:
        expect(WRONG[word] in kernel_text(run).splitlines(), f"not said: {WRONG[word]}")


@test(("loglevel=3", False), ("loglevel=4", False), ("loglevel=5", True), ("loglevel=8", True))
def log_level(word, warns):
    run = boot_success("qemu_virt", "16M", append=f"report=json {word} nosuch")
    with judged(run):
        expect_equal("unknown: nosuch" in run.text, warns, "a warning (level 4) is printed")


@test()
def command_line_too_long():
    """Cut, said so, and the boot goes on; tiny has room for 255 characters."""
    append = "report=json " + "a" * 400
    with judged(boot_success("tiny", "16M", append=append)) as run:
        expect("bootargs is cut to 255 characters" in run.text, "nothing is said of the cut")
