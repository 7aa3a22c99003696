# SPDX-License-Identifier: BSD-2-Clause
"""Device trees that say odd things of a machine that can be booted all the same."""
import re
import tempfile

from broken_tree_test import boot_blob
from devicetree import (FIRMWARE, compiled, memory_node, source, with_memory, with_reserved,
                        with_serial_at)
from judge import check_failure, check_ledgers, check_quiet, check_self_checks, judged
from suite import bytes_of, expect, expect_equal, test


def booted(change, bootargs="report=json", config="qemu_virt"):
    """Boot with QEMU's tree, changed: the kernel alone sees it, so it has the bootargs too."""
    with tempfile.TemporaryDirectory() as folder:
        text = change(source(folder)).replace(
            "chosen {", f'chosen {{\n\t\tbootargs = "{bootargs}";', 1)
        return boot_blob(compiled(folder, text), config)


def check_books(run):
    expect(run.passed, "the run did not pass")
    check_ledgers(run, bytes_of("128M"))
    check_self_checks(run)


def owners(run, stage):
    return run.one("ledger", stage=stage)["owners"]


def with_region(node):
    return lambda text: with_reserved(text, FIRMWARE, node)


@test(("0x80201000 0 0x1000",), ("0x80210000 0 0x2000",), ("0x80200000 0 0x200000",))
def reserved_where_the_kernel_is(reg):
    """The kernel's pages stay its own: they are neither lost nor handed out twice."""
    with judged(booted(with_region(f"dev@1 {{ reg = <0 {reg}>; }};"))) as run:
        check_books(run)
        expect(re.search(r"dev@1, .* and the kernel overlap", run.text), "no word of the overlap")
        expect(owners(run, "mapped")["text"] > 0, "the kernel has no text")


@test()
def nothing_may_be_mapped_where_the_kernel_is():
    run = booted(with_region("dev@1 { reg = <0 0x80202000 0 0x1000>; no-map; };"))
    with judged(run):
        check_failure(run, r"^panic: the kernel, .* lies where nothing may be mapped: ")
        expect_equal(run.code, 1, "QEMU's exit code")


@test(("fw@80000000 { reg = <0 0x80000000 0 0x200000>; };",))
def firmware_named_twice(first):
    """What firmware holds is not mapped, whoever named it first."""
    with judged(booted(lambda text: with_reserved(text, first, FIRMWARE))) as run:
        check_books(run)
        expect_equal(owners(run, "molted")["firmware"], 0x80000, "firmware")


@test()
def part_of_a_region_is_not_mapped():
    nodes = ("dev@1 { reg = <0 0x82000000 0 0x400000>; };",
             "dev@2 { reg = <0 0x82100000 0 0x1000>; no-map; };")
    with judged(booted(lambda text: with_reserved(text, FIRMWARE, *nodes))) as run:
        check_books(run)
        expect(re.search(r" 82100000 - +82101000 .*dev@2, not mapped", run.text),
               "it is mapped")


@test(*zip((0x80202ff0, 0x84000000, 0x80040000)))
def serial_port_in_ram(base):
    """Registers are no RAM: the port is refused, the firmware's console stays."""
    with judged(booted(lambda text: with_serial_at(with_region("")(text), base, 16))) as run:
        check_books(run)
        expect("cannot be mapped" in run.text, "it was mapped")


@test(*zip((1 << 40, 1 << 62)))
def serial_port_without_end(size):
    with judged(booted(lambda text: with_serial_at(with_region("")(text), 0x10000000, size))) as run:
        check_books(run)


@test()
def serial_port_that_faults():
    """A console that cannot be written must not keep the run from ending."""
    with judged(booted(lambda text: with_serial_at(with_region("")(text), 0x8000000, 256))) as run:
        expect_equal((run.code, run.status), (1, 1), "how it ended")


@test()
def initramfs_in_the_reservation_block():
    """As boot loaders put it there: the initramfs is still one."""
    def change(text):
        text = with_region("")(text).replace("/dts-v1/;", 
                                             "/dts-v1/;\n/memreserve/ 0x85000000 0x10000;")
        return text.replace("chosen {", "chosen {\n\t\tlinux,initrd-start = <0x85000000>;\n"
                            "\t\tlinux,initrd-end = <0x85010000>;", 1)
    with judged(booted(change)) as run:
        check_books(run)
        expect_equal(owners(run, "molted")["initramfs"], 0x10000, "initramfs")


@test()
def quiet_holds_for_the_tree_too():
    """What only warns is not said: an area that cannot be lent."""
    odd = with_region("pool@84000000 { reg = <0 0x84000000 0 0x1000>; reusable; };")
    with judged(booted(odd, "quiet report=json")) as run:
        check_books(run)
        check_quiet(run)
    with judged(booted(odd)) as run:
        expect("pool@84000000: reusable: not whole blocks" in run.text, "no word without quiet")


@test(*zip(("reusable; no-map;", "")))
def quiet_holds_for_regions_that_overlap(kind):
    """They are found before the parameters are read, and told after."""
    nodes = (f"low@84000000 {{ reg = <0 0x84000000 0 0x2000>; {kind} }};",
             "high@84001000 { reg = <0 0x84001000 0 0x2000>; };")
    odd = lambda text: with_reserved(text, FIRMWARE, *nodes)
    with judged(booted(odd, "quiet report=json")) as run:
        check_books(run)
        check_quiet(run)
    with judged(booted(odd)) as run:
        expect_equal(len(re.findall("high@84001000 and low@84000000 overlap", run.text)), 1,
                     "times that it is told")
        expect(not kind or "low@84000000: reusable: not with no-map" in run.text, "no word of it")


@test()
def region_that_boot_places():
    """In the ranges that it asks for, and not mapped."""
    pool = ("pool { size = <0 0x400000>; alignment = <0 0x200000>; no-map;"
            " alloc-ranges = <0 0x1000 0 0x1000>, <0 0x83000000 0 0x800000>; };")
    with judged(booted(with_region(pool))) as run:
        check_books(run)
        expect(re.search(r" 83400000 - +83800000 .*pool, not mapped", run.text), "it is not there")
        expect_equal(owners(run, "molted")["reserved"], 0x400000, "reserved")


@test(*zip((130, 1500)))
def more_regions_than_static_tables_hold(count):
    """The tables move to where nobody is, and go with the rest."""
    nodes = [f"dev@{i:x} {{ reg = <0 {0x80300000 + 0x3000 * i:#x} 0 0x1800>; }};"
             for i in range(count)]
    with judged(booted(lambda text: with_reserved(text, FIRMWARE, *nodes), "quiet report=json")) as run:
        check_books(run)
        expect_equal(owners(run, "molted")["reserved"], count * 0x1800, "reserved")
        expect(owners(run, "memblock")["memblock"] > 0, "no larger tables")
        expect_equal(owners(run, "molted")["memblock"], 0, "tables after the molt")


@test()
def more_memory_than_static_tables_hold():
    nodes = [memory_node(0x80000000, 0x800000)]
    nodes += [memory_node(0x81000000 + 0x40000 * i, 0x21000 + 8 * i) for i in range(200)]
    with judged(booted(lambda text: with_memory(with_region("")(text), *nodes),
                       "quiet report=json")) as run:
        expect(run.passed, "the run did not pass")
        check_ledgers(run, 0x800000 + sum(0x21000 + 8 * i for i in range(200)))
        check_self_checks(run)


@test(("mem=64M", 64), ("mem=32M@0x80000000", 32), ("mem=1T", 128))
def memory_that_is_left_out(parameter, used):
    """It is counted as unusable; the books are those of all RAM."""
    with judged(booted(with_region(""), "report=json " + parameter)) as run:
        check_books(run)
        lost = owners(run, "molted")["unusable"]
        expect((128 - used) << 20 <= lost < (128 - used << 20) + 0x4000, f"unusable: {lost}")


@test(*zip(("mem=2M", "mem=8M@0x82000000", "mem=x")))
def limits_that_cannot_be(parameter):
    with judged(booted(with_region(""), "report=json " + parameter)) as run:
        check_books(run)
        expect("parameter mem: " in run.text, "no word of it")
        expect(owners(run, "molted")["unusable"] < 0x4000, "memory was left out")


@test()
def usable_memory_range():
    def change(text):
        return with_region("")(text).replace(
            "chosen {", "chosen {\n\t\tlinux,usable-memory-range = <0 0x80100000 0 0x2000000>;", 1)
    with judged(booted(change)) as run:
        check_books(run)
        expect_equal(owners(run, "molted")["unusable"] >> 20, 96, "MiB left out")


@test()
def two_harts_of_one_id():
    twin = 'cpu@7 { device_type = "cpu"; reg = <0>; compatible = "riscv"; mmu-type = "riscv,sv39"; };'

    def change(text):
        return with_region("")(text).replace("\n\t\tcpu@0 {", f"\n\t\t{twin}\n\t\tcpu@0 {{", 1)
    with judged(booted(change)) as run:
        check_books(run)
        expect("another hart has its id" in run.text, "no word of it")


def in_two_nodes(split, *regions):
    """RAM is boot's below `split` and hotpluggable above."""
    def change(text):
        text = with_reserved(text, FIRMWARE, *regions)
        return with_memory(text, memory_node(0x80000000, split - 0x80000000),
                           memory_node(split, 0x88000000 - split, "hotpluggable;"))
    return change


@test(*zip(("", "no-map;")))
def region_in_offline_memory(kind):
    """It costs its own page of what can come online, and not the 2 MiB around it."""
    region = f"dev@1 {{ reg = <0 0x86100000 0 0x1000>; {kind} }};"
    with judged(booted(in_two_nodes(0x85000000, region), config="hotplug")) as run:
        check_books(run)
        expect_equal(owners(run, "molted")["offline"], 0x3000000 - 0x1000, "offline")
        expect_equal(run.one("check", name="hotplug")["bytes"], 0x3000000 - 0x1000, "came online")


@test(*zip((0x1000, 0x10008)))
def region_in_the_last_block_of_offline_memory(size):
    """The block is boot's, whose memory begins in it: nothing of it comes online."""
    def change(text):
        text = with_reserved(text, FIRMWARE, f"dev@1 {{ reg = <0 0x8668f000 0 {size:#x}>; no-map; }};")
        return with_memory(text, memory_node(0x80000000, 0x5000000),
                           memory_node(0x85000000, 0x1700000, "hotpluggable;"),
                           memory_node(0x86700000, 0x1900000))
    with judged(booted(change, config="hotplug")) as run:
        check_books(run)
        expect_equal(run.one("check", name="hotplug")["bytes"], 0x1600000, "came online")


@test()
def kernel_in_two_nodes():
    """The second is hotpluggable; what holds the kernel is not."""
    with judged(booted(in_two_nodes(0x80210000), config="hotplug")) as run:
        check_books(run)
        expect(owners(run, "molted")["offline"] > 0, "nothing is offline")
        expect(run.one("check", name="hotplug")["bytes"] > 0, "nothing came online")
