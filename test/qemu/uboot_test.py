# SPDX-License-Identifier: BSD-2-Clause
"""From U-Boot by booti: image, initramfs and bootargs, the device tree being U-Boot's own."""
import io
import os
import shlex
import tempfile

import pexpect
from pexpect.popen_spawn import PopenSpawn

import qemu
from judge import check_failure, check_success, judged
from suite import CORNERS, expect, expect_equal, image, need, test

UBOOT = "/usr/lib/u-boot/qemu-riscv64_smode/u-boot.bin"
PROMPT = "\n=> "
IMAGE, INITRD = 0x84000000, 0x86000000
SECONDS = 120


def uboot(config, size, bootargs, smp=1):
    """Boot configuration `config` by U-Boot's commands, with `size` random bytes as initramfs."""
    expect(os.path.exists(UBOOT), "u-boot-qemu is missing: ./bootstrap installs it")
    need(qemu.QEMU)
    with tempfile.NamedTemporaryFile() as initrd:
        initrd.write(os.urandom(size))
        initrd.flush()
        loads = [word for path, address in ((image(config), IMAGE), (initrd.name, INITRD))
                 for word in ("-device", f"loader,file={path},addr={address:#x},force-raw=on")]
        argv = ["timeout", "-k", "5", str(SECONDS),
                *qemu.command(UBOOT, smp=smp, extra=loads)]
        return type_commands(argv, f"setenv bootargs {shlex.quote(bootargs)}",
                             f"booti {IMAGE:#x} {INITRD:#x}:{size:#x} ${{fdtcontroladdr}}")


def type_commands(argv, *lines):
    """Start U-Boot, type these lines at its prompt, and read on to the end.

    Through pipes: a chroot may have no terminals.
    """
    console = io.StringIO()
    machine = PopenSpawn(argv, timeout=SECONDS, encoding="utf-8", codec_errors="replace")
    machine.logfile_read = console
    try:
        machine.expect("Hit any key")
        machine.send(" ")
        for line in lines:
            machine.expect(PROMPT)
            machine.sendline(line)
        machine.expect(pexpect.EOF)
    except pexpect.ExceptionPexpect:
        machine.proc.terminate()  # what came of it is judged by what was said
    code = machine.proc.wait()
    return qemu.Run(argv, code, console.getvalue().replace("\r", ""))


@test(*((config, 1, 4096) for config in CORNERS), ("qemu_virt", 4, 1234567))
def booti(config, smp, size):
    with judged(uboot(config, size, "report=json nosuch=1", smp)) as run:
        check_success(run, "128M", smp)
        expect("image at 80200000, " in run.text, "U-Boot did not move the image")
        expect("parameters that are unknown: nosuch\n" in run.text, "other bootargs")
        for ledger in run.all("ledger"):
            expect_equal(ledger["owners"]["initramfs"], size, f"initramfs at {ledger['stage']}")


@test()
def failure():
    """A run that fails has failed here, too."""
    with judged(uboot("debug", 4096, "quiet fault=panic")) as run:
        check_failure(run, "^panic: on request$")
        expect_equal(run.code, 1, "QEMU's exit code")
