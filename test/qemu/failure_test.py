# SPDX-License-Identifier: BSD-2-Clause
"""Faults on request, hangs and silence: each run must fail, and in its own way."""
import os
import tempfile

import qemu
from judge import check_failure, judged, kernel_text
from suite import CROSS, command, expect, expect_equal, function_of, image, test

OVERFLOW = r"^panic: kernel stack overflow at (\w+), address (\w+), stack (\w+) of hart \d+$"

# fault=NAME: what it says, and the function that is to blame, whose address it names.
FAULTS = {
    "panic": (r"^panic: on request$", None),
    "check": (r"^check on_request failed", None),
    "ledger": (r'^check ledger failed.*"difference":1$', None),
    "double_free": (r"^panic: page_free\(\w+, order 1\) from (\w+): .*free already$",
                    "free_wrongly"),
    "wrong_order": (r"^panic: page_free\(\w+, order 0\) from (\w+): .*another order$",
                    "free_wrongly"),
    "never_allocated": (r"^panic: page_free\(\w+, order 0\) from (\w+): .*never handed out$",
                        "fault_memory"),
    "kfree_twice": (r"^panic: kfree\(\w+\) from (\w+): an object that is free already$",
                    "misuse_object"),
    "wrong_cache": (r"^panic: kmem_cache_free\(fault, \w+\) from (\w+): "
                    r"an object of cache kmalloc-64$", "misuse_object"),
    "redzone": (r"^panic: kmalloc-64: object \w+, allocated from \w+, was written past its end, "
                r"at \w+; found: (\w+)$", "misuse_object"),
    "kernel_copy": (r"^panic: read of discarded __init function \w+ from user_copy\+\w+$", None),
    "null_copy": (r"^panic: user access: \w+ is no address of the kernel's$", None),
    "stack_copy": (r"^panic: kernel stack overflow at (\w+), address 1000, stack \w+ of hart \d+$",
                   "user_get_64"),
    "stack": (OVERFLOW, "run_off_the_stack"),
    "new_stack": (OVERFLOW, "run_off_the_stack"),
    "stacks": (OVERFLOW, "run_off_the_stack"),
    "use_after_free": (r"^panic: page_alloc\(\) from (\w+): memory was written after it was freed "
                       r"from \w+: at \w+, found aaaaaa00aaaaaaaa$", "use_after_free"),
    "writable_code": (r"^panic: page tables: code is writable: fffffffffffff000 -> 80200000, "
                      r"level 0, entry 200800e7$", None),
}


@test(*((name, smp) for name in FAULTS for smp in (1, 4)))
def fault(name, smp):
    message, culprit = FAULTS[name]
    run = qemu.boot(image("debug"), "32M", smp, append=f"quiet fault={name}")
    with judged(run):
        found = check_failure(run, message)
        # With the test device the status is QEMU's exit code, too.
        expect_equal(run.code, 1, "QEMU's exit code")
        if culprit:
            expect_equal(function_of("debug", int(found[1], 16)), culprit, "the function named")
        if message is OVERFLOW:
            expect_equal(kernel_text(run).count("panic: "), 1, "reports")
            below = int(found[3], 16) - int(found[2], 16)
            expect(0 < below <= 4096, f"the fault is {below} bytes below the stack")


@test()
def no_such_fault():
    """A fault that does not exist is a wrong parameter, and commits nothing."""
    run = qemu.boot(image("debug"), "32M", append="fault=nonsense")
    with judged(run):
        expect(run.passed, "the run did not pass")
        expect('parameter fault: "nonsense" makes no sense' in run.text, "it was not refused")


@test()
def hang_is_a_failure():
    """A kernel that never ends is cut off, and is no success."""
    run = qemu.boot(image("qemu_virt"), "16M", append="quiet poweroff=no", seconds=5)
    with judged(run):
        expect(run.code in (124, 137), "it was not cut off")
        expect_equal((run.status, run.passed), (None, False), "status and success")


@test()
def silence_is_a_failure():
    """A program that ends the machine with success, but has no closing line."""
    with tempfile.TemporaryDirectory() as folder:
        kernel, code = os.path.join(folder, "quits.elf"), os.path.join(folder, "quits.S")
        with open(code, "w", encoding="utf-8") as file:
            file.write("_start: li t0, 0x100000\nli t1, 0x5555\nsw t1, 0(t0)\nj .\n"
                       ".globl _start\n")
        command(f"{CROSS}gcc", "-march=rv64imac", "-mabi=lp64", "-nostdlib", "-static", "-Wl,-n",
                "-Wl,-Ttext=0x80200000", "-Wl,--build-id=none", code, "-o", kernel)
        run = qemu.boot(kernel, "16M")
    with judged(run):
        expect_equal((run.code, run.status, run.passed), (0, None, False),
                     "exit code, status and success")


@test()
def refused_by_qemu():
    """No machine comes about at all: with less than 5M QEMU's FDT lies on the kernel."""
    run = qemu.boot(image("qemu_virt"), "5112K")
    with judged(run):
        expect_equal((run.status, run.passed), (None, False), "status and success")
        expect(run.code not in (0, 124, 137), "QEMU did not refuse")
