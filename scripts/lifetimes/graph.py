# SPDX-License-Identifier: BSD-2-Clause
"""What of the resident part only boot reaches: the graph of who refers to whom."""
from collections import defaultdict, namedtuple

from lifetimes import check, declared, elf64
from lifetimes.references import aim, linked_end, section_of
from lifetimes.relocations import PCREL_LO12_I, naming

# Where run time begins: boot, the hardware or the firmware hands over to these. The first frame
# of run() remembers hart_switch_stack().
ROOTS = ("_start", "image_entry", "hart_entry", "hart_entry_virtual", "trap_entry", "run",
         "hart_switch_stack")
ADDI = 0x13

# A piece of the kernel: a symbol's, or a string's. `bytes` is 0 for a label of assembly.
Node = namedtuple("Node", "address name bytes life")


def addresses_taken(elf):
    """Where code takes an address, and does not read, write or call there."""
    taken = set()
    for relocation in elf.relocations():
        if relocation.kind == PCREL_LO12_I:
            at = relocation.section.offset + relocation.offset
            if elf.data[at] & 0x7f == ADDI:
                taken.add(relocation.symbol.value)
    return taken


class Graph:
    """Pieces of a linked kernel, and the references between them."""

    def __init__(self, elf, bounds):
        self._elf, self._bounds = elf, bounds
        self.nodes = {}
        self.targets = defaultdict(set)   # by address of the node that refers
        self.stored = set()               # whose address code that goes takes
        taken = addresses_taken(elf)
        for relocation in naming(elf):
            if elf64.bound(relocation.symbol):
                continue
            place = relocation.section.address + relocation.offset
            holder, end = self._node(place, bounds.of_holder(place)), self._node(
                aim(elf, relocation), None)
            if end and not holder:
                self.stored.add(end.address)  # a table without a name has it
            elif end and holder != end:
                self.targets[holder.address].add(end.address)
                if self._goes(holder) and (place in taken or not self._is_code(place)):
                    self.stored.add(end.address)

    def _node(self, address, life):
        """The piece at an address; None for what has neither name nor text."""
        life = life or self._bounds.of(address)
        end = life and linked_end(self._elf, life, address)
        if not end or not end.section or end.section.flags & elf64.SHF_TLS:
            return None
        if end.symbol:
            node = Node(end.symbol.value, declared.plain(end.symbol.name), end.symbol.size, life)
        else:
            text = check.string_at(end)
            if not text:
                return None
            node = Node(address, f'"{text}"', len(text) + 1, life)
        return self.nodes.setdefault(node.address, node)

    def _is_code(self, address):
        section = section_of(self._elf, address)
        return bool(section and section.flags & elf64.SHF_EXEC)

    def _goes(self, node):
        return not self._bounds.stays(node.life)

    def candidates(self):
        """(sure, perhaps): the resident pieces that nothing but boot reaches, largest first.

        Of the second boot takes the address: an object that stays may have kept it.
        """
        names = {node.name: address for address, node in self.nodes.items()}
        roots = {names[name] for name in ROOTS if name in names}
        reached = self._reached(roots)
        kept = self._reached(roots | self.stored)
        return self._resident(self.nodes.keys() - kept), self._resident(kept - reached)

    def _reached(self, roots):
        """The addresses of the pieces that stay and that `roots` lead to."""
        waiting = [address for address in roots if not self._goes(self.nodes[address])]
        reached = set(waiting)
        while waiting:
            for target in self.targets[waiting.pop()]:
                if target not in reached and not self._goes(self.nodes[target]):
                    reached.add(target)
                    waiting.append(target)
        return reached

    def _resident(self, addresses):
        """The pieces there that always stay, largest first."""
        found = [node for address, node in self.nodes.items()
                 if address in addresses and node.life == "resident" and node.bytes]
        return sorted(found, key=lambda node: (-node.bytes, node.name))
