# SPDX-License-Identifier: BSD-2-Clause
"""One page: whose it is, and how it was handed out."""
import memblock
import zones
from kernel import (BLOCK_ORDER, BLOCK_SIZE, GIB_SIZE, PAGE_SIZE, Unknown, address_of,
                    has, name_of)

import gdb

IMAGE_PARTS = ("text", "rodata", "data", "init")


def image_part(kernel, address):
    """The part of the image that lies at a physical address, while it does; or None."""
    link = address - kernel.to_phys & ((1 << 64) - 1)
    for part in IMAGE_PARTS:
        begin, end = kernel.bounds(part)
        if begin <= link < end and not kernel.is_shed(link):
            return part
    return None


def record(kernel, address):
    """PAGE_OWNER's line about the allocation that begins at a physical address."""
    base = address - kernel.number("zone_base")
    size = gdb.lookup_type("struct owner_gib").sizeof
    gib = kernel.at("struct owner_gib",
                    int(kernel.variable("owner_gibs")) + base // GIB_SIZE * size)
    page = base % GIB_SIZE // PAGE_SIZE - int(gib["first"])
    if not 0 <= page < int(gib["count"]):
        return None
    size = gdb.lookup_type("struct owner_record").sizeof
    entry = kernel.at("struct owner_record", int(gib["records"]) + page * size)
    if int(entry["state"]) == 0:
        return None
    caller = address_of("page_owner_set") + int(entry["caller"]) & ((1 << 64) - 1)
    where = gdb.execute(f"info symbol {caller:#x}", to_string=True).split(" in section")[0]
    owner = [*kernel.strings("ledger_names")][int(entry["class"])]
    purpose = "" if owner == "free" else f"{owner}, "
    return f"{name_of('record_state', int(entry['state']))}: {purpose}by {where.strip()}"


def run_of(free, joined, page):
    """(first, pages) of the allocation that a page lies in."""
    first = last = page
    while first and joined >> (first - 1) & 1 and not free >> (first - 1) & 1:
        first -= 1
    while joined >> last & 1:
        last += 1
    return first, last - first + 1


def absent(kernel, address):
    """Lines on a page that the zones were never given: memblock knows why, if it is there."""
    yield "page: absent: the zones were never given it"
    try:
        owner = memblock.owner_of(kernel, address)
    except Unknown:
        return
    if owner and not image_part(kernel, address):
        yield f"owner: {owner}, since boot"


def in_zone(kernel, address):
    """Lines on what the zones know of a physical address."""
    metadata = zones.Metadata(kernel)
    found = metadata.find(address)
    if not found:
        yield "zone: none. No zone has ever had it"
        return
    gib, index, block, head = found
    state, page = metadata.state, address % BLOCK_SIZE // PAGE_SIZE
    if block.zone == metadata.nobody:
        yield "zone: none so far"
        return
    name, node, _ = list(zones.names(kernel))[block.zone]
    yield f"zone: {name} of node {node}, block {index} of GiB {(address - metadata.base) // GIB_SIZE}"
    first = address // PAGE_SIZE * PAGE_SIZE
    if block.state == state["broken"]:
        free, joined = metadata.page_map(gib, index)
        use = name_of("block_use", block.use)
        yield f"block: broken into pages, {(free & ~joined).bit_count()} of them free, {use}"
        is_free, is_joined = free >> page & 1, joined >> page & 1
        if is_free and is_joined:
            yield from absent(kernel, address)
            return
        if is_free:
            yield "page: free"
        else:
            begin, pages = run_of(free, joined, page)
            first -= (page - begin) * PAGE_SIZE
            yield f"page: allocated, order {pages.bit_length() - 1}, page {page - begin} of {pages}"
    elif block.state in (state["free"], state["used"]):
        what = "free" if block.state == state["free"] else "allocated"
        first = metadata.base + (address - metadata.base) // GIB_SIZE * GIB_SIZE + head * BLOCK_SIZE
        yield f"block: {what}, of a run of order {block.order}"
        yield f"page: {what}"
    elif block.state == state["loose"]:
        yield f"block: free, order {BLOCK_ORDER}, not merged with its buddies"
        yield "page: free"
    else:
        yield f"block: {name_of('block_state', block.state)}"
        yield from absent(kernel, address)
        return
    if has("owner_gibs"):
        told = record(kernel, first)
        yield f"last: {told}" if told else "last: nobody has had it since boot"


def in_memblock(kernel, address):
    if not memblock.is_ram(kernel, address):
        yield "page: not RAM"
        return
    owner = memblock.owner_of(kernel, address)
    yield f"page: {'reserved' if owner else 'free'}, by memblock"
    if owner:
        yield f"owner: {owner}"


def describe(kernel, address):
    """Lines on the page that one of the kernel's addresses, or a physical one, lies in."""
    page = kernel.phys(address) // PAGE_SIZE * PAGE_SIZE
    yield f"page {page:#x}"
    part = image_part(kernel, page)
    if part:
        yield f"owner: {part}, of the image"
    if kernel.reached("zones"):
        yield from in_zone(kernel, page)
        return
    if part:
        return
    try:
        yield from in_memblock(kernel, page)
    except Unknown as reason:
        yield f"page: not known: {reason}"
