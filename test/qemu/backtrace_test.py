# SPDX-License-Identifier: BSD-2-Clause
"""What a panic tells: registers, who called whom, the last messages; and scripts/symbolize."""
import itertools
import os
import re
import struct
import subprocess
import tempfile

import qemu
from judge import check_failure, judged, kernel_text
from suite import (PYTHON, ROOT, built, command, expect, expect_equal, function_of, image, span,
                   symbols, test)

FRAMES = "qemu_virt+TEST_FAULTS"
TABLES = "qemu_virt+TEST_FAULTS+UNWIND_TABLES"
NONE = "qemu_virt+TEST_FAULTS+BACKTRACE_NONE"
WAYS = (("debug",), ("debug+UNWIND_TABLES",), (FRAMES,), (TABLES,))

FRAME = re.compile(r"^  ([0-9a-f]{16})(?: ([\w.]+)\+0x([0-9a-f]+)/0x([0-9a-f]+))?( \(trap\))?$",
                   re.MULTILINE)
REGISTER = re.compile(r"\b([a-z]+\d*) ([0-9a-f]{16})\b")
CHAIN = ["chain_last", "chain_middle", "fault_chain", "fault_commit", "run"]


def failed(config, append):
    return qemu.boot(image(config), "32M", append=f"{append} checks=no")


def frames(config, run):
    """The functions of a backtrace, newest first; what the kernel names must be so named."""
    text = kernel_text(run)
    expect("called from:\n" in text, "there is no backtrace")
    names = []
    for found in FRAME.finditer(text):
        address = int(found[1], 16) + bool(found[5])
        names.append((function_of(config, address) or "nothing").partition(".")[0])
        if found[2]:
            expect_equal(found[2].partition(".")[0], names[-1], "the kernel's name")
            expect(0 <= int(found[3], 16) <= int(found[4], 16), f"{found[0]}: the offset")
    return names


def symbolized(config, log, status=0):
    """What scripts/symbolize makes of a log, given as standard input."""
    done = subprocess.run([PYTHON, "scripts/symbolize", "--out", built(config)], cwd=ROOT,
                          check=False, timeout=120, input=log.encode(), stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT)
    text = done.stdout.decode("utf-8", "replace")
    expect_equal(done.returncode, status, f"symbolize: {text[-1000:]}\nstatus")
    return text


@test(*WAYS)
def chain(config):
    """All functions from panic()'s caller to the thread's start, and panic()'s many arguments."""
    run = failed(config, "quiet fault=chain")
    with judged(run):
        check_failure(run, "^panic: at the end of a chain: 1 2 3 four 5 6 7 8 9 ten$")
        expect_equal(frames(config, run)[:5], CHAIN, "the newest frames")
        lines = [line for line in symbolized(config, run.text).splitlines()
                 if line.startswith("  ffff")]
        expect(re.match(r"  \w+ <chain_last[\w.]*\+0x\w+ core/fault_chain\.c:\d+>", lines[0]),
               f"symbolized: {lines[0]}")


@test(*WAYS)
def trap(config):
    """The trace goes on through a trap to what was interrupted."""
    run = failed(config, "quiet fault=poison")
    with judged(run):
        check_failure(run, "^panic: store page fault")
        names = frames(config, run)
        expect_equal(names[0], "trap_handle", "the newest frame")
        expect_equal(kernel_text(run).count(" (trap)\n"), 1, "interrupted functions")
        # A frame pointer that is not set up yet hides a caller.
        expect_equal(names[1], CHAIN[0], "what was interrupted")
        expect({"fault_commit", "run"} <= set(names), f"frames: {names}")
        if "UNWIND_TABLES" in config:
            expect_equal(names[1:6], CHAIN, "its callers")


@test(*WAYS)
def leaf(config):
    """Functions without a frame pointer: tables see them all."""
    run = failed(config, "quiet fault=leaf")
    with judged(run):
        check_failure(run, "^panic: store page fault: .*, address 1$")
        names = frames(config, run)
        expect_equal(names[:2], ["trap_handle", "leaf"], "the newest frames")
        if "UNWIND_TABLES" in config:
            expect_equal(names[2:8], ["fault_leaf", *CHAIN], "their callers")


@test(*WAYS)
def through_what_is_no_code(config):
    """A call into the init window that is gone has no frame; its caller has."""
    run = failed(config, "quiet fault=init_call")
    with judged(run):
        check_failure(run, "^panic: call of discarded __init function")
        text = kernel_text(run)
        at = f"{symbols(config)['__init_text_begin']:016x}"
        expect(re.search(rf"^  {at}.* \(trap\)$", text, re.MULTILINE), "what was called")
        names = frames(config, run)
        expect("fault_discarded" in names and "run" in names, f"frames: {names}")


@test(*WAYS)
def frames_that_lead_nowhere(config):
    """A stack of words that make no sense ends the trace, and nothing else."""
    run = failed(config, "quiet fault=bad_stack")
    with judged(run):
        check_failure(run, "^panic: with frames that lead nowhere$")
        expect("last messages:\n" in kernel_text(run), "the report ends before its end")
        expect(len(frames(config, run)) <= 32, "frames without an end")


@test(*WAYS)
def frames_that_lead_off_the_boot_stack(config):
    """Before boot's stack is left, too, no word is read that lies on none."""
    run = failed(config, "quiet fault=bad_boot_stack")
    with judged(run):
        check_failure(run, "^panic: with frames that lead nowhere$")
        expect("stage running" in kernel_text(run), "not on boot's stack")
        expect("last messages:\n" in kernel_text(run), "the report ends before its end")


@test(*itertools.product((FRAMES, "debug"), ("panics", "crowd")))
def one_of_many(config, fault):
    """One hart tells, whole lines, whatever the others do: print, or panic as well."""
    run = qemu.boot(image(config), "32M", 4, append=f"quiet checks=no fault={fault}")
    with judged(run):
        check_failure(run, "^panic: on every hart$")
        _, report = kernel_text(run).split("panic: ")
        lines = report.splitlines()
        expect(re.match(r"hart \d, stage molted, build \w{16}, ", lines[1]), lines[1])
        for line in lines[2:-1]:
            expect(line in ("called from:", "last messages:") or line.startswith(("| ", " "))
                   or line.startswith("sstatus "),
                   f"not a panic's: {line}")


@test((FRAMES,), ("debug",))
def in_the_console(config):
    """The console's lock is held by what fails."""
    run = failed(config, "fault=panic_in_print")
    with judged(run):
        check_failure(run, "^panic: in a driver$")
        expect("fail_in_print" in frames(config, run)[0], "the newest frame")
        expect("last messages:\n" in kernel_text(run), "the report ends before its end")


@test((FRAMES,), ("debug",))
def twice(config):
    """A panic while one is told ends the run all the same."""
    run = failed(config, "quiet fault=panic_twice")
    with judged(run):
        expect_equal((run.code, run.status), (1, 1), "exit code and status")


@test((NONE,))
def no_backtrace(config):
    run = failed(config, "quiet fault=chain")
    with judged(run):
        check_failure(run, "^panic: at the end of a chain")
        text = kernel_text(run)
        expect("called from:" not in text and not FRAME.search(text), "there is one")
        registers = dict(REGISTER.findall(text))
        expect_equal(function_of(config, int(registers["ra"], 16)).partition(".")[0], CHAIN[0],
                     "ra")


@test((FRAMES,), (TABLES,))
def registers(config):
    """Those of panic()'s caller at the call, or of the trap; with the state that goes with them."""
    run = failed(config, "quiet fault=chain")
    with judged(run):
        values = {name: int(value, 16) for name, value in REGISTER.findall(kernel_text(run))}
        wanted = {"ra", "sp", "gp", "tp", "sepc", "sstatus", "scause", "stval", "satp",
                  *(f"t{n}" for n in range(7)), *(f"s{n}" for n in range(12)),
                  *(f"a{n}" for n in range(8))}
        expect(wanted <= set(values), f"not there: {wanted - set(values)}")
        begin, end = span(config, "rodata")
        expect(begin <= values["a0"] < end, "a0 is not panic()'s format")
        expect_equal([values[f"a{n}"] for n in (1, 2, 3, 5, 6, 7)], [1, 2, 3, 5, 6, 7],
                     "its arguments")
        expect_equal(values["sp"] % 16, 0, "sp")
        expect_equal(function_of(config, values["ra"]).partition(".")[0], CHAIN[0], "ra")
    run = failed(config, "quiet fault=poison")
    with judged(run):
        values = dict(REGISTER.findall(kernel_text(run)))
        expect_equal(values["stval"], "ccccccccccccccd4", "stval")
        expect_equal(int(values["scause"], 16), 15, "scause")
        expect_equal(function_of(config, int(values["sepc"], 16) + 1).partition(".")[0], CHAIN[0],
                     "sepc")


def last_messages(run):
    return re.findall(r"^\| (.*)$", kernel_text(run).partition("last messages:\n")[2],
                      re.MULTILINE)


@test()
def messages_that_were_held_back():
    """quiet hides them; the panic has them, and no line for programs."""
    run = failed(FRAMES, "quiet report=json fault=chain")
    with judged(run):
        lines = last_messages(run)
        expect(any(line.startswith("Molt: hart 0 first") for line in lines), f"lines: {lines}")
        expect(any(line.startswith("Freeing init memory") for line in lines), f"lines: {lines}")
        expect("Molt: hart" not in kernel_text(run).partition("panic:")[0], "quiet is not")
        expect(not any("@molt" in line for line in lines), "a program's line is told again")
        run.one("ledger", stage="molted")


@test()
def the_newest_messages():
    """More than there is room for: the last whole lines, as they were printed."""
    run = failed(FRAMES, "memblock=debug fault=chain")
    with judged(run):
        lines = last_messages(run)
        printed = kernel_text(run).partition("panic:")[0].splitlines()
        expect(len(printed) > len(lines) > 5, f"{len(lines)} lines of {len(printed)}")
        expect_equal(lines, printed[-len(lines):], "the last lines")
        room = sum(len(line) + 1 for line in lines)
        expect(1024 - 200 < room <= 1024, f"{room} bytes of them")


@test()
def a_message_longer_than_the_room():
    """Its end is told."""
    run = failed(FRAMES, "quiet fault=long_line")
    with judged(run):
        check_failure(run, "^panic: behind a long line$")
        line, = last_messages(run)
        expect_equal((line.strip(), len(line)), ("the end of a long line", 1023), "the line")


@test()
def symbolize_aliases():
    """Physical addresses, those in the linear map, noise of terminals: nothing else changes."""
    known, (begin, _) = symbols(FRAMES), span(FRAMES, "image")
    run, init = known["run"] - begin, known["boot_main"] - begin
    text = (f"\x1b[1;31m0x{0x80400000 + run:x}\x1b[0m and ffffffc000400000\r\n"
            f"Molt: hart 0 first, image at 80400000, device tree at 87e00000\r\n"
            f"x image at 80400000, ffffffc000400000\r\n"
            f"\x00\ufffd at {0xffffffc000400000 + init:016x}, {begin + run:016x}f, "
            f"{begin + run + 4:016x}; from boot_main+0x4\n")
    wanted = text
    place = r" <{}{} core/{}\.c:\d+>"
    found = symbolized(FRAMES, text)
    for name, offset, file in (("run", "", "run"), ("__init boot_main", "", "main"),
                               ("run", r"\+0x4", "run")):
        pattern = place.format(name, offset, file)
        expect(re.search(pattern, found), f"not there: {pattern}\n{found}")
        found = re.sub(pattern, "", found, count=1)
    expect(re.search(r"from boot_main\+0x4 <core/main\.c:\d+>", found), "the kernel's own name")
    found = re.sub(r"(boot_main\+0x4) <core/main\.c:\d+>", r"\1", found)
    found = re.sub(r" <_start arch/riscv/head\.S:\d+>", "", found, count=1)
    expect_equal(found, wanted, "the rest")


@test()
def symbolize_refuses():
    """Another build's log, no build, no list: an error that says so."""
    build = re.search(r"^build (\w+)$", open(os.path.join(built(FRAMES), "molt.symbols"),
                                             encoding="utf-8").read(), re.MULTILINE)[1]
    other = f"{int(build, 16) ^ 1:016x}"
    text = symbolized(FRAMES, f"hart 0, stage molted, build {other}, image at 80200000\n", status=1)
    expect(build in text and other in text and "--out" in text, text)
    symbolized(FRAMES, f"hart 0, stage molted, build {build}, image at 80200000\n")
    with tempfile.TemporaryDirectory() as folder:
        text = command(PYTHON, "scripts/symbolize", "--out", folder, status=1)
        expect(f"{folder}/molt.symbols" in text and "Traceback" not in text, text)
        with open(os.path.join(folder, "molt.symbols"), "w", encoding="utf-8") as file:
            file.write("nonsense\n")
        text = command(PYTHON, "scripts/symbolize", "--out", folder, status=1)
        expect("not a list of symbols" in text, text)


@test()
def names_without_lines():
    """molt.symbols is enough for names."""
    place = symbols(FRAMES)["run"]
    with tempfile.TemporaryDirectory() as folder:
        command("cp", os.path.join(built(FRAMES), "molt.symbols"), folder)
        log = os.path.join(folder, "log")
        with open(log, "w", encoding="utf-8") as file:
            file.write(f"at {place:016x}\n")
        text = command(PYTHON, "scripts/symbolize", "--out", folder, log)
        expect(f"at {place:016x} <run>\n" in text and "names without lines" in text, text)


@test(*zip(["resident", "init"]))
def wrong_tables_are_found(table):
    """A kernel whose table of frames is not that of its code does not pass the build's check."""
    path = os.path.join(built(TABLES), "molt.elf")
    command(PYTHON, "scripts/unwind.py", "check", path)
    with open(path, "rb") as file:
        elf = bytearray(file.read())
    begin, end = (symbols(TABLES)[f"__{edge}_unwind_{table}"] for edge in ("start", "stop"))
    with tempfile.TemporaryDirectory() as folder:
        # The first rule, the first distance, the last place's rule.
        for place in (begin + 4, end - 1):
            wrong = bytearray(elf)
            wrong[offset_of(elf, place)] ^= 6
            with open(os.path.join(folder, "molt.elf"), "wb") as file:
                file.write(wrong)
            text = command(PYTHON, "scripts/unwind.py", "check", file.name, status=1)
            expect("unwind: the table is not that of the code" in text or "IndexError" in text,
                   f"not found at {place:#x}\n{text}")


def offset_of(elf, address):
    """Where in an ELF's bytes an address of its segments is stored."""
    table, = struct.unpack_from("<Q", elf, 32)
    size, count = struct.unpack_from("<HH", elf, 54)
    for header in range(table, table + size * count, size):
        # Elf64_Phdr: p_offset, p_vaddr, p_paddr, p_filesz from 8 on.
        offset, begin, _, length = struct.unpack_from("<QQQQ", elf, header + 8)
        if begin <= address < begin + length:
            return offset + address - begin
    raise ValueError(f"{address:#x} is not stored")
