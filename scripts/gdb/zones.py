# SPDX-License-Identifier: BSD-2-Clause
"""The zones, counted from their metadata: blocks of 2 MiB, and maps of pages."""
from collections import namedtuple

from kernel import (BLOCK_ORDER, BLOCK_SIZE, BLOCKS_PER_GIB, GIB_SIZE, PAGE_SIZE, PAGES_PER_BLOCK,
                    Unknown, constant)

# struct block, by words: next, prev, what (state, order, zone, use), first and count.
Block = namedtuple("Block", "state order zone use")

MAP_NUMBERS = 2 * PAGES_PER_BLOCK // 64  # free and joined, in turns


def available(kernel):
    """Unknown where no zone has memory yet."""
    if not kernel.reached("zones"):
        raise Unknown("the zones have nothing yet: they own memory from stage zones on")


class Metadata:
    """Root table, descriptors and page maps, read as they are asked for."""

    def __init__(self, kernel):
        available(kernel)
        self.kernel = kernel
        self.base, self.gib_count = kernel.number("zone_base"), kernel.number("gib_count")
        self.gibs = int(kernel.variable("gibs"))
        self.gib_size = kernel.at("struct gib", self.gibs).type.sizeof
        self.state = {name: constant("block_state", f"BLOCK_{name.upper()}")
                      for name in ("absent", "free", "used", "broken", "loose", "split")}
        self.nobody = 0xff

    def gib(self, number):
        return self.kernel.at("struct gib", self.gibs + number * self.gib_size)

    def blocks(self, gib):
        """{number in the GiB: Block} of a GiB that is split, in one read."""
        first, count = int(gib["whole"]["first"]), int(gib["whole"]["count"])
        words = self.kernel.words(int(gib["blocks"]) + 16 * first, 4 * count, "I")
        return {first + i: Block(*words[4 * i + 2].to_bytes(4, "little")) for i in range(count)}

    def page_map(self, gib, number):
        """(free, joined) of a block's pages: numbers of 512 bits."""
        size = MAP_NUMBERS * 8
        words = self.kernel.words(int(gib["maps"]) + number * size, MAP_NUMBERS, "Q")
        bits = [sum(word << 64 * i for i, word in enumerate(words[which::2]))
                for which in (0, 1)]
        return tuple(bits)

    def runs(self):
        """(block number, Block, free pages) of every block or run that says something."""
        for number in range(self.gib_count):
            gib = self.gib(number)
            whole = gib["whole"]
            first = number * BLOCKS_PER_GIB
            if int(whole["zone"]) == self.nobody:
                continue
            if int(whole["state"]) != self.state["split"]:
                block = Block(*(int(whole[field]) for field in Block._fields))
                yield first, block, self.free_pages(gib, 0, block)
                continue
            for index, block in self.blocks(gib).items():
                yield first + index, block, self.free_pages(gib, index, block)

    def free_pages(self, gib, index, block):
        if block.state == self.state["free"]:
            return 1 << block.order
        if block.state == self.state["loose"]:
            return PAGES_PER_BLOCK
        if block.state == self.state["broken"]:
            free, joined = self.page_map(gib, index)
            return (free & ~joined).bit_count()
        return 0

    def find(self, address):
        """(GiB, number in it, Block of the run's head, its number) of a physical address."""
        number = (address - self.base) // GIB_SIZE
        if address < self.base or number >= self.gib_count:
            return None
        gib, index = self.gib(number), (address - self.base) % GIB_SIZE // BLOCK_SIZE
        whole = gib["whole"]
        first, count = int(whole["first"]), int(whole["count"])
        if int(whole["zone"]) == self.nobody or not first <= index < first + count:
            return None
        if int(whole["state"]) != self.state["split"]:
            return gib, index, Block(*(int(whole[field]) for field in Block._fields)), 0
        blocks = self.blocks(gib)
        # A block inside a larger run is absent: the head, aligned as the run is, speaks for it.
        for order in range(BLOCK_ORDER, BLOCK_ORDER + 10):
            head = index >> (order - BLOCK_ORDER) << (order - BLOCK_ORDER)
            block = blocks.get(head)
            if block and block.state in (self.state["free"], self.state["used"]) \
                    and block.order >= order:
                return gib, index, block, head
        return gib, index, blocks[index], index


def names(kernel):
    """[(name, node)] of the zones by number."""
    zones, types = kernel.variable("zones"), kernel.variable("zone_names")
    size = zones.type.target().sizeof
    for number in range(kernel.number("zone_total")):
        zone = kernel.at("struct zone", int(zones) + number * size)
        yield types[int(zone["type"])].string(), int(zone["node"]), int(zone["pages"])


def table(kernel):
    metadata = Metadata(kernel)
    claimed = constant("block_use", "BLOCK_CLAIMED")
    free, broken, claims = {}, {}, {}
    for _, block, pages in metadata.runs():
        is_broken = block.state == metadata.state["broken"]
        free[block.zone] = free.get(block.zone, 0) + pages
        broken[block.zone] = broken.get(block.zone, 0) + is_broken
        claims[block.zone] = claims.get(block.zone, 0) + (is_broken and block.use == claimed)
    yield f"{'node':4} {'zone':8} {'bytes':>15} {'free':>15} {'broken':>7} {'claimed':>7}"
    for number, (name, node, pages) in enumerate(names(kernel)):
        if pages:
            yield (f"{node:4} {name:8} {pages * PAGE_SIZE:15} "
                   f"{free.get(number, 0) * PAGE_SIZE:15} {broken.get(number, 0):7} "
                   f"{claims.get(number, 0):7}")
