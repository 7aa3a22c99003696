# SPDX-License-Identifier: BSD-2-Clause
"""How much of a machine's RAM boot touches, by the pages that the host had to give for it.

Counted is all of the guest's RAM that was read or written since reset: OpenSBI's own part, the
image as QEMU loaded it and the device tree as well as what the kernel took. QEMU's own memory
and its tables for the guest are not. The self checks are left out: they touch all of RAM.
"""
import re

from monitor import idle_machine
from suite import CORNERS, expect, image, test

LARGE_RATIO_MAX = 1.1

RAM = re.compile(r"^[0-9a-f]+-[0-9a-f]+ .* /memfd:memory-backend-memfd .*\n"
                 r"Size: +(\d+) kB\n(?:[A-Z].*\n)*?Rss: +(\d+) kB$", re.MULTILINE)


def touched(config, mem, append="checks=no"):
    """KiB of a machine's RAM that are touched when its kernel has nothing more to do."""
    # A mapping with a name; and a page of it counts when it is read, too.
    backend = f"memory-backend-memfd,id=ram,size={mem},share=on"
    extra = ["-object", backend, "-machine", "memory-backend=ram"]
    with idle_machine(image(config), append, mem=mem, extra=extra) as monitor:
        with open(f"/proc/{monitor.process.pid}/smaps", encoding="ascii") as smaps:
            mappings = RAM.findall(smaps.read())
    expect(len(mappings) == 1, f"{len(mappings)} mappings of the guest's RAM, not 1")
    return int(mappings[0][1])


@test(*zip(CORNERS))
def large_machine(config):
    """A kernel on 120 GiB touches about as much as on 128 MiB."""
    small, large = touched(config, "128M"), touched(config, "120G")
    expect(0 < large <= LARGE_RATIO_MAX * small, f"120G: {large} KiB touched, 128M: {small} KiB")


@test()
def checks_touch_everything():
    """What the machine is asked sees what is touched."""
    found = touched("qemu_virt", "16M", append="")
    expect(found > 15 * 1024, f"{found} KiB of 16 MiB touched, with a check that takes all pages")
