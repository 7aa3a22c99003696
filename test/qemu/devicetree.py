# SPDX-License-Identifier: BSD-2-Clause
"""Variants of QEMU's device tree, as text."""
import os
import re

from suite import command, expect

MEMORY_NODE = re.compile(r"\n\tmemory@[0-9a-f]+ \{.*?\n\t\};\n", re.DOTALL)
RAM_BASE = 0x80000000


def source(folder, mem="128M", smp=1, machine="virt", extra=()):
    """The tree that QEMU gives such a machine, as device tree source."""
    blob = os.path.join(folder, "qemu.dtb")
    command("qemu-system-riscv64", "-machine", f"{machine},dumpdtb={blob}", "-m", mem,
            "-smp", str(smp), "-display", "none", *extra)
    text = os.path.join(folder, "qemu.dts")
    command("dtc", "-q", "-I", "dtb", "-O", "dts", "-o", text, blob)
    with open(text, encoding="utf-8") as file:
        return file.read()


def compiled(folder, text):
    """Compile source; returns the blob's path."""
    source_path, blob = os.path.join(folder, "test.dts"), os.path.join(folder, "test.dtb")
    with open(source_path, "w", encoding="utf-8") as file:
        file.write(text)
    command("dtc", "-q", "-I", "dts", "-O", "dtb", "-o", blob, source_path)
    return blob


def memory_node(base, size, more=""):
    words = " ".join(f"{word:#x}" for number in (base, size)
                     for word in (number >> 32, number & 0xffffffff))
    return (f'\n\tmemory@{base:x} {{\n\t\tdevice_type = "memory";\n'
            f"\t\treg = <{words}>;\n\t\t{more}\n\t}};\n")


def with_memory(text, *nodes):
    """The source with these nodes in place of its only memory node."""
    expect(len(MEMORY_NODE.findall(text)) == 1, "QEMU's tree has not one memory node")
    return MEMORY_NODE.sub(lambda _: "".join(nodes), text)


FIRMWARE = "mmode_resv0@80000000 { reg = <0 0x80000000 0 0x80000>; };"


def with_reserved(text, *nodes):
    """The source with these children of /reserved-memory, for a tree that no firmware edits."""
    reserved = ("\n\treserved-memory {\n\t\t#address-cells = <2>;\n\t\t#size-cells = <2>;\n"
                "\t\tranges;\n\t\t" + "\n\t\t".join(nodes) + "\n\t};\n")
    return text.replace("\n\tmemory@80000000", reserved + "\n\tmemory@80000000")


def with_serial_at(text, base, size):
    """The source with its serial port's registers somewhere else."""
    changed = re.sub(r"(serial@10000000 \{[^}]*[^-]reg = <)[^>]*>",
                     rf"\g<1>{base >> 32:#x} {base & 0xffffffff:#x} "
                     rf"{size >> 32:#x} {size & 0xffffffff:#x}>", text)
    expect(changed != text, "QEMU's tree has no serial port")
    return changed


def bare_tree(bootargs, memory, reserved=()):
    """The source of a tree for start.on_bare_machine(): a hart, RAM, and the kernel's wishes."""
    return f"""/dts-v1/;
/ {{
	#address-cells = <2>;
	#size-cells = <2>;
	chosen {{
		bootargs = "{bootargs}";
	}};
	cpus {{
		#address-cells = <1>;
		#size-cells = <0>;
		cpu@0 {{
			device_type = "cpu";
			reg = <0>;
			compatible = "riscv";
			mmu-type = "riscv,sv39";
			timebase-frequency = <10000000>;
		}};
	}};
	reserved-memory {{
		#address-cells = <2>;
		#size-cells = <2>;
		ranges;
		{" ".join(reserved)}
	}};
{"".join(memory)}
}};
"""
