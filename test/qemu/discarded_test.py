# SPDX-License-Identifier: BSD-2-Clause
"""Who reaches for what the molt has given back is told, with class and caller; no one else is."""
import re

import qemu
from backtrace_test import symbolized
from judge import check_failure, judged, kernel_text
from suite import expect, expect_equal, function_of, image, span, test

FAULTS = "qemu_virt+TEST_FAULTS"

# fault=NAME: what is said of it, and where in the image it reaches.
REACHES = {
    "init_call": ("call of discarded __init function", "init_text"),
    "init_read": ("read of discarded __initconst", "init_rodata"),
    "init_write": ("write to discarded __initdata", "init_data"),
    "memblock_call": ("call of discarded __memblock function", "memblock_text"),
    "memblock_read": ("read of discarded __memblockdata", "memblock_data"),
    "meminit_call": ("call of discarded __meminit function", "meminit_text"),
    "template_read": ("read of discarded per-hart template", "percpu"),
    "table_write": ("write to discarded early page table", "early_tables"),
    "boot_stack_write": ("write to discarded boot stack", "boot_stack"),
    "early_window_read": ("read of discarded early window, where the FDT was,", None),
}


def failed(config, fault):
    return qemu.boot(image(config), "32M", append=f"quiet checks=no fault={fault}")


@test(*zip(REACHES))
def addresses(fault):
    """Without KALLSYMS: the class and both addresses; symbolize adds names, files and lines."""
    said, part = REACHES[fault]
    run = failed(FAULTS, fault)
    with judged(run):
        found = check_failure(run, f"^panic: {said} 0x([0-9a-f]{{16}}) from 0x([0-9a-f]{{16}})$")
        expect_equal(run.code, 1, "QEMU's exit code")
        at, by = int(found[1], 16), int(found[2], 16)
        if part:
            begin, end = span(FAULTS, part)
            expect(begin <= at < end, f"{at:#x} is not in {part}")
        expect_equal(function_of(FAULTS, by + 1), "fault_discarded", "who did it")
        line = next(line for line in symbolized(FAULTS, run.text).splitlines()
                    if line.startswith("panic: "))
        expect(re.search(r"from 0x\w+ <fault_discarded\+0x\w+ core/fault_discarded\.c:\d+>$", line),
               f"symbolized: {line}")
        if fault in ("init_call", "memblock_call", "meminit_call"):
            life = fault.partition("_")[0]
            expect(re.search(rf"0x\w+ <__{life} \w+ [\w/]+\.[cS]:\d+> from", line),
                   f"symbolized: {line}")


@test(("init_call", "init"), ("memblock_call", "memblock"))
def names(fault, life):
    """With KALLSYMS the kernel names them itself, also what it has shed."""
    run = failed("debug", fault)
    with judged(run):
        found = check_failure(run, rf"^panic: call of discarded __{life} function (\w+)\+0x0 "
                              r"from fault_discarded\+0x[0-9a-f]+$")
        begin, _ = span("debug", f"{life}_text")
        expect_equal(function_of("debug", begin + 1), found[1], "the function")


@test(("keep", "memblock_call"), ("keep", "memblock_read"), ("hotplug", "meminit_call"))
def what_stays(config, fault):
    """Where a class is kept, reaching for it is no fault."""
    run = failed(f"{config}+TEST_FAULTS", fault)
    with judged(run):
        expect(run.passed, "the run did not pass")
    run = qemu.boot(image(f"{config}+TEST_FAULTS"), "32M", append=f"checks=no fault={fault}")
    with judged(run):
        expect("what was reached for is there\n" in kernel_text(run), "nobody reached for it")


@test(("keep",), ("hotplug",))
def the_rest_of_the_window(config):
    run = failed(f"{config}+TEST_FAULTS", "init_read")
    with judged(run):
        check_failure(run, "^panic: read of discarded __initconst 0x")


@test()
def freed_memory():
    """An address that was read from poisoned memory is known for what it is."""
    run = failed("debug", "poison")
    with judged(run):
        check_failure(run, "^panic: store page fault: cause f at [0-9a-f]{16}, address "
                      "ccccccccccccccd4, a pattern of freed memory$")
    run = failed("debug", "leaf")
    with judged(run):
        check_failure(run, "^panic: store page fault: cause f at [0-9a-f]{16}, address 1$")
