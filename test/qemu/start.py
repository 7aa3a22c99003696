# SPDX-License-Identifier: BSD-2-Clause
"""Start the kernel by hart_first/start.S, which lets a test choose hart, place and a1."""
from suite import hart_first

# Where start.S looks for its wishes (start.lds), and its word for "as OpenSBI gave it".
WISHES = 0x80182000
AS_GIVEN = (1 << 64) - 1


def started_by_us(kernel, hart=0, entry=0x80200000, fdt=AS_GIVEN, blob=None, together=0):
    """Arguments for qemu.boot(): `kernel` starts at `entry` on `hart`, a1 being `fdt`.

    With `blob`, a file, its bytes lie at `fdt`. With `together`, so many harts start there
    at once, `hart` being none of the test's business.
    """
    extra = ["-device", f"loader,file={kernel},addr={entry:#x},force-raw=on"]
    for index, word in enumerate((hart, entry, fdt, together)):
        extra += ["-device", f"loader,addr={WISHES + 8 * index:#x},data={word:#x},data-len=8"]
    if blob:
        extra += ["-device", f"loader,file={blob},addr={fdt:#x},force-raw=on"]
    return {"kernel": hart_first(None), "extra": extra}
