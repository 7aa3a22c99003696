# SPDX-License-Identifier: BSD-2-Clause
"""memmap's formats, and what it refuses. Boots that it predicts: prediction_test.py."""
import json
import os
import random
import subprocess
import tempfile
import xml.etree.ElementTree

from devicetree import FIRMWARE, compiled, memory_node
from memmap import (GIB, KINDS, MIB, RAM, SCHEMA, area, check_schema, json_map, json_of, program,
                    reserved_memory, run, succeed, tree)
from suite import BUILD, clean_environment, command, expect, expect_equal, locked, test

# ---- each member, exactly

EVERYTHING = tree(
    memory_node(RAM, 64 * MIB), memory_node(RAM + 64 * MIB, 64 * MIB),
    memory_node(4 * GIB, GIB, "hotpluggable; numa-node-id = <1>;"),
    memory_node(8 * GIB, GIB, 'status = "disabled";'),
    reserved_memory(
        FIRMWARE, area("gpu", 0x20000000, MIB),
        "pair@82000000 { reg = <0 0x82000000 0 0x1800>, <0 0x82100000 0 0x1000>; };",
        area("secure", 0x82200000, 0x1000, "no-map;"),
        area("lent", 0x83000000, 4 * MIB, "reusable; linux,cma-default;"),
        area("off", 0x84000000, MIB, 'status = "disabled";'),
        "pool { size = <0 0x100000>; alignment = <0 0x10000>;"
        " alloc-ranges = <0 0x20000000 0 0x100000>, <0 0x86000000 0 0x800000>; };"),
    'chosen { bootargs = "quiet checks=no"; stdout-path = "serial0:115200n8";'
    " linux,initrd-start = <0x87000000>; linux,initrd-end = <0x87000801>; };",
    'aliases { serial0 = "/soc/serial@1000"; };',
    'cpus { #address-cells = <1>; #size-cells = <0>; timebase-frequency = <10000000>;\n'
    'cpu@0 { device_type = "cpu"; reg = <0>; };\n'
    'cpu@1 { device_type = "cpu"; reg = <1>; mmu-type = "riscv,sv39"; };\n'
    'cpu@2 { device_type = "cpu"; reg = <2>; mmu-type = "riscv,sv39"; status = "disabled"; };\n'
    'cpu@3 { device_type = "cpu"; reg = <3>; mmu-type = "riscv,sv48"; numa-node-id = <1>; }; };',
    before="/memreserve/ 0x81000000 0x1000;\n")


def entry(base, size, name, kind="reserved", nomap=False, reusable=False):
    return {"base": base, "size": size, "name": name, "kind": kind, "nomap": nomap,
            "reusable": reusable}


FIRMWARE_ENTRY = entry(RAM, 512 << 10, "mmode_resv0@80000000", "firmware", nomap=True)


@test()
def json_of_everything():
    """Each member, exactly; what the tree and the options do not name is not reserved."""
    expect_equal(json_of(EVERYTHING), {
        "memory": [{"base": RAM, "size": 128 * MIB, "nid": 0, "flags": 0},
                   {"base": 4 * GIB, "size": GIB, "nid": 1, "flags": 1}],
        "reserved": [entry(0x20000000, MIB, "gpu@20000000"), FIRMWARE_ENTRY,
                     entry(0x81000000, 0x1000, "memreserve"),
                     entry(0x82000000, 0x1800, "pair@82000000"),
                     entry(0x82100000, 0x1000, "pair@82000000"),
                     entry(0x82200000, 0x1000, "secure@82200000", nomap=True),
                     entry(0x83000000, 4 * MIB, "lent@83000000", "cma", reusable=True),
                     entry(0x86700000, MIB, "pool"),
                     entry(0x87000000, 0x801, "initramfs", "initramfs")],
        "zones": [{"nid": 0, "name": "DMA32",
                   "size": 123 * MIB - (512 << 10) - 6 * 0x1000},
                  {"nid": 1, "name": "NORMAL", "size": GIB},
                  {"nid": 0, "name": "CMA", "size": 4 * MIB}],
        "harts": [{"id": 1, "nid": 0}, {"id": 3, "nid": 1}],
        "timebase": 10000000,
        "stdout": "/soc/serial@1000",
        "bootargs": "quiet checks=no",
        "initrd": {"base": 0x87000000, "size": 0x801},
        "warnings": ["fdt: /reserved-memory/gpu@20000000: [20000000, 20100000) is not RAM"],
    }, "the map")


@test()
def json_with_options():
    """They come in place of what the tree says; the dynamic area makes room for them."""
    found = json_of(EVERYTHING, "--kernel=96K@0x80200000", "--fdt=0x86700ff8",
                    "--initrd=4097@0x85000000", "--cmdline=")
    held = {one["name"]: one for one in found["reserved"]}
    expect_equal(held["kernel"], entry(0x80200000, 96 << 10, "kernel", "kernel"), "kernel")
    expect_equal(held["fdt"], entry(0x86700000, 0x2000, "fdt", "fdt"), "fdt")
    expect_equal(held["initramfs"], entry(0x85000000, 4097, "initramfs", "initramfs"), "initrd")
    expect_equal(held["pool"]["base"], 0x86600000, "the area that boot places")
    expect_equal((found["initrd"], found["bootargs"]), ({"base": 0x85000000, "size": 4097}, ""),
                 "initrd and bootargs")


def one_bank(*areas, chosen="", ram=(RAM, 128 * MIB)):
    return tree(memory_node(*ram), reserved_memory(*areas), f"chosen {{ {chosen} }};")


def names(found):
    return [(one["base"], one["base"] + one["size"], one["name"], one["kind"])
            for one in found["reserved"]]


@test(("mem=64M", (0, 64)), ("mem=32M@0x82000000", (32, 64)))
def memory_that_is_left_out(parameter, kept):
    """It is memory and reserved; an area in it keeps its name, and the zones get the rest."""
    found = json_of(one_bank(area("dev", 0x86000000, MIB)), f"--cmdline={parameter}")
    low, high = (RAM + mib * MIB for mib in kept)
    wanted = [(RAM, low, "left out", "limit"), (high, 0x86000000, "left out", "limit"),
              (0x86000000, 0x86100000, "dev@86000000", "reserved"),
              (0x86100000, 0x88000000, "left out", "limit")]
    expect_equal(names(found), [one for one in wanted if one[0] < one[1]], "reserved")
    expect_equal([(one["base"], one["size"]) for one in found["memory"]], [(RAM, 128 * MIB)],
                 "memory")
    expect_equal([zone["size"] for zone in found["zones"]], [high - low], "zones")


@test()
def usable_memory_range():
    usable = "linux,usable-memory-range = <0 0x81000000 0 0x1000000>, <0 0x84000000 0 0x1000000>;"
    expect_equal(names(json_of(one_bank(chosen=usable))),
                 [(RAM, 0x81000000, "left out", "limit"),
                  (0x82000000, 0x84000000, "left out", "limit"),
                  (0x85000000, 0x88000000, "left out", "limit")], "reserved")


@test()
def beyond_the_linear_map():
    end = RAM + 300 * GIB
    found = json_of(one_bank(ram=(RAM, 300 * GIB)))
    expect_equal(names(found), [(RAM + 255 * GIB, end, "beyond the linear map", "unmapped")],
                 "reserved")
    expect_equal(found["reserved"][0]["nomap"], True, "nomap")
    expect_equal(found["warnings"], [f"memory: {45 * GIB // 1024} KiB lie beyond the linear map "
                                     "and are not used"], "warnings")


@test()
def limits_of_both_kinds():
    """What mem= leaves out below the linear map's end, and what it cannot reach."""
    found = json_of(one_bank(ram=(RAM, 300 * GIB)), "--cmdline=mem=1G")
    expect_equal([one[2:] for one in names(found)],
                 [("left out", "limit"), ("beyond the linear map", "unmapped")], "reserved")
    expect_equal(found["reserved"][0]["base"], RAM + GIB, "left out from")


@test(*zip(range(4)))
def memory_at_odd_places(place):
    """Partial pages are nobody's, and not reserved: the tree has not named them."""
    base, size = [(0, 64 * MIB), (0x40000000 + 0x800, 16 * MIB), (RAM, 16 * MIB + 8),
                  (16 * GIB, 3 * GIB)][place]
    found = json_of(one_bank(ram=(base, size)))
    expect_equal((found["reserved"], found["warnings"]), ([], []), "reserved and warnings")
    expect_equal(found["memory"], [{"base": base, "size": size, "nid": 0, "flags": 0}], "memory")
    whole = (base + size) // 4096 * 4096 - (base + 4095) // 4096 * 4096
    expect_equal([zone["size"] for zone in found["zones"]], [whole], "zones")


@test(*zip((17, 200, 1500)))
def areas_without_end(count):
    """More than boot's static tables hold: where its larger ones are is not shown."""
    nodes = [area(f"dev{i}", RAM + 0x4000 * i, 0x1000) for i in range(1, count + 1)]
    found = json_of(one_bank(*nodes))
    expect_equal([one["name"] for one in found["reserved"]],
                 [f"dev{i}@{RAM + 0x4000 * i:x}" for i in range(1, count + 1)], "reserved")
    expect_equal([zone["size"] for zone in found["zones"]], [128 * MIB - 0x1000 * count], "zones")


@test()
def what_cannot_be_honoured():
    """Each message once, also where the tree had to be read twice."""
    twice = [area(f"more{i}", RAM + 0x10000 * i, 0x1000) for i in range(1, 20)]
    found = json_of(one_bank(area("one", 0x82000000, 0x2000), area("two", 0x82001000, 0x2000),
                             "huge { size = <1 0>; };",
                             area("odd", 0x83001000, 0x1000, "reusable;"), *twice),
                    "--initrd=1M@0x87f80000", "--cmdline=nosuch mem=x")
    for text in ("two@82001000 and one@82000000 overlap", "huge: size: nowhere is that much free",
                 "odd@83001000: reusable: not whole blocks", "parameters that are unknown: nosuch",
                 'parameter mem: "x" makes no sense', "overlaps what is not RAM: left out"):
        expect_equal(sum(text in warning for warning in found["warnings"]), 1, text)
    expect_equal(len(found["warnings"]), 6, "warnings")
    expect_equal(found["initrd"], None, "initrd")
    expect((0x82002000, 0x82003000, "two@82001000", "reserved") in names(found), "two's part")
    odd = [one for one in found["reserved"] if one["name"] == "odd@83001000"]
    expect_equal(odd, [entry(0x83001000, 0x1000, "odd@83001000")], "an area that is not lent")


@test()
def text_for_people():
    with tempfile.TemporaryDirectory() as folder:
        text = succeed(compiled(folder, EVERYTHING), "--initrd=1M@0x88000000")
    for line in ("Memory: 1152 MiB",
                 "  0x080000000 - 0x088000000          128 MiB  node 0",
                 "  0x100000000 - 0x140000000            1 GiB  node 1, hotpluggable",
                 "  0x020000000 - 0x020100000            1 MiB  reserved   gpu@20000000",
                 "  0x082000000 - 0x082001800            6 KiB  reserved   pair@82000000",
                 "  0x082200000 - 0x082201000            4 KiB  reserved   secure@82200000, "
                 "not mapped",
                 "  0x083000000 - 0x083400000            4 MiB  cma        lent@83000000, reusable",
                 "  node 1   NORMAL            1 GiB",
                 "  1 GiB of it are hotpluggable: with MEMORY_HOTPLUG they stay offline",
                 "Harts: 2, timebase 10000000 Hz", "  hart 3   node 1",
                 "stdout    /soc/serial@1000", "bootargs  quiet checks=no", "initrd    none",
                 "Not honoured, or odd",
                 "  initramfs [88000000, 88100000) overlaps what is not RAM: left out"):
        expect(line in text.splitlines(), f"no line {line!r} in\n{text}")


# ---- the picture

SVG = "{http://www.w3.org/2000/svg}"


def picture(text, *options):
    """The root of the SVG, which is well-formed, stands alone and runs nothing."""
    with tempfile.TemporaryDirectory() as folder:
        drawn = succeed(compiled(folder, text), "--format=svg", *options)
    for word in "<script", "href", "url(http", "@import", "@font-face":
        expect(word not in drawn, f"it holds {word}")
    root = xml.etree.ElementTree.fromstring(drawn)
    expect_equal(root.tag, SVG + "svg", "root")
    return root


def boxes(root, kind):
    """(height, tool tip) of each box of that class on the bar."""
    return [(float(box.get("height")), box.find(SVG + "title").text)
            for box in root.iter(SVG + "rect")
            if box.get("class") == kind and box.find(SVG + "title") is not None]


def words(root):
    return ["".join(text.itertext()) for text in root.iter(SVG + "text")]


@test()
def picture_to_scale():
    """In both banks a byte is as high; each range has its box, tool tip, label and colour."""
    root = picture(tree(
        memory_node(RAM, 64 * MIB), memory_node(8 * GIB, 192 * MIB, "numa-node-id = <1>;"),
        reserved_memory(area("low", RAM + 16 * MIB, 16 * MIB), FIRMWARE,
                        area("high", 8 * GIB, 64 * MIB, "no-map;"))), "--kernel=2M@0x80200000")
    heights = {tip.split(":")[0]: height for kind in KINDS for height, tip in boxes(root, kind)}
    expect_equal(set(heights), {"low@81000000", "high@200000000", "kernel", "mmode_resv0@80000000"},
                 "boxes")
    for name, mib in (("low@81000000", 16), ("high@200000000", 64), ("kernel", 2)):
        expect(abs(heights[name] / mib - 560 / 256) < 0.02, f"{name}: {heights[name]} px high")
    free = [height for height, _ in boxes(root, "free")]
    expect(abs(sum(free) - (256 - 82.5) * 560 / 256) < 0.1, f"free: {free}")
    for word in ("low@81000000", "0x81000000", "firmware", "kernel", "not mapped", "node 1",
                 "free: the zones' own", "8000 MiB not shown".replace("8000", str(6 * 1024 - 64))):
        expect(word in words(root), f"no {word!r} to be read")


@test()
def picture_of_a_crowd():
    """Labels do not overlap; where there are too many the largest have one."""
    root = picture(one_bank(*(area("dev", RAM + 0x8000 * i, 0x1000 * (1 + i % 3))
                              for i in range(300))))
    expect_equal(len(boxes(root, "reserved")), 300, "boxes")
    lines = sorted(float(text.get("y")) for text in root.iter(SVG + "text")
                   if "".join(text.itertext()).startswith("dev@"))
    expect_equal(len(lines), 100, "labels")
    expect(min(high - low for low, high in zip(lines, lines[1:])) >= 16.9, "labels overlap")
    expect(lines[-1] < float(root.get("height")), "labels below the page")
    expect("200 smaller ranges have no label: point at them" in words(root), "no word of the rest")


@test()
def picture_of_markup():
    """What a tree holds is text, whatever it looks like."""
    name = "a" * 60
    root = picture(one_bank(area(name, RAM, MIB), chosen='bootargs = "<b>&amp;\\"\\x01\\xff";'))
    expect(any("unknown: <b>&amp;" in text for text in words(root)), "the parameter is not there")
    expect(any(tip.startswith(name) for _, tip in boxes(root, "reserved")), "the tool tip is cut")


@test()
def json_of_markup():
    chosen = 'bootargs = "<b>\\"\\\\\\x01\\xff";'
    expect_equal(json_of(one_bank(chosen=chosen))["bootargs"], '<b>"\\\x01\xff', "bootargs")


# ---- what cannot be used

def damaged(offset, data):
    def change(blob):
        blob[offset:offset + len(data)] = data
    return change


def grow(blob):
    """As large as it says, and larger than the kernel can read."""
    blob.extend(bytes((2 << 20) - len(blob)))
    blob[4:8] = len(blob).to_bytes(4, "big")


def cut(length):
    def change(blob):
        del blob[length:]
    return change


BAD = {
    "empty": (cut(0), "FDT_ERR_TRUNCATED"),
    "short": (cut(20), "FDT_ERR_TRUNCATED"),
    "half": (cut(200), "FDT_ERR_TRUNCATED"),
    "too large": (grow, "a tree of 2 MiB: the kernel reads no more than 2032 KiB"),
    "no magic": (damaged(0, b"\0"), "FDT_ERR_BADMAGIC"),
    "version": (damaged(20, b"\0\0\0\x02"), "FDT_ERR_BADVERSION"),
    "structure": (damaged(56 + 8, b"\0\0\0\x77"), "fdt: broken at offset "),
}


def check_refused(arguments, message, status=1):
    found, out, err = run(*arguments)
    expect_equal((found, out), (status, ""), "status and standard output")
    if status == 1:
        expect_equal(err.count("\n"), 1, f"lines of {err!r}")
    expect(message in err, f"{err!r} does not say {message}")


@test(*zip(BAD))
def blob_that_cannot_be_used(how):
    change, message = BAD[how]
    with tempfile.TemporaryDirectory() as folder:
        path = compiled(folder, one_bank())
        with open(path, "rb+") as file:
            blob = bytearray(file.read())
            change(blob)
            file.seek(0)
            file.truncate()
            file.write(blob)
        check_refused([path], message)


USELESS = {
    "no memory": (tree(), "the FDT has no memory: the firmware should have added it"),
    "reg": (tree('memory@0 { device_type = "memory"; reg = <1>; };'),
            "fdt: /memory@0: reg: no ranges that make sense"),
    "region": (one_bank("dev { reg = <1 2 3>; };"), "fdt: /reserved-memory/dev: reg: "),
}


@test(*zip(USELESS))
def tree_that_cannot_be_used(how):
    text, message = USELESS[how]
    with tempfile.TemporaryDirectory() as folder:
        check_refused([compiled(folder, text)], message)


@test()
def file_longer_than_its_tree():
    """The header says how much is the tree; --fdt reserves no more."""
    with tempfile.TemporaryDirectory() as folder:
        path = compiled(folder, one_bank())
        with open(path, "ab") as file:
            file.write(os.urandom(100000))
        fdt = [one for one in json_map(path, "--fdt=0x82000000")["reserved"]]
    expect_equal(fdt, [entry(0x82000000, 0x1000, "fdt", "fdt")], "reserved")


@test()
def places_that_cannot_be():
    with tempfile.TemporaryDirectory() as folder:
        path = compiled(folder, one_bank())
        check_refused(["--kernel=1M@0x90000000", path], "RAM does not hold the kernel")
        check_refused(["--cmdline=mem=1M@0", path], "no memory is left to use")
        check_refused([path + "x"], "No such file or directory")
        check_refused([folder], "Is a directory")
        check_refused(["/dev/zero"], "FDT_ERR_BADMAGIC")


@test(*zip((["--kernel=1M"], ["--kernel=x@0"], ["--initrd=0@0x80000000"], ["--initrd=1@2@3"],
            ["--initrd=2@0xffffffffffffffff"], ["--fdt=0x80000004"], ["--fdt=1Q"],
            ["--format=xml"], ["--nosuch"], ["second.dtb"])))
def wrong_options(options):
    check_refused([*options, "first.dtb"], "usage: memmap", status=2)


@test()
def no_file():
    check_refused([], "usage: memmap", status=2)


@test()
def blobs_at_random():
    """Whatever the bytes: a map, or one line of what is wrong; never a sanitizer's finding."""
    generator = random.Random(20)
    with tempfile.TemporaryDirectory() as folder:
        with open(compiled(folder, EVERYTHING), "rb") as file:
            good = file.read()
        path = os.path.join(folder, "random.dtb")
        refused = 0
        for _ in range(150):
            blob = bytearray(good)
            for _ in range(generator.randrange(1, 6)):
                blob[generator.randrange(len(blob))] = generator.choice([0, 1, 0x80, 0xff])
            with open(path, "wb") as file:
                file.write(blob)
            kind = generator.choice(["text", "json", "svg"])
            status, out, err = run(f"--format={kind}", path)
            expect(status in (0, 1), f"status {status}\n{blob.hex()}\n{err}")
            expect_equal((err.count("\n"), out == ""), (status, status == 1),
                         f"output, with status {status}\n{blob.hex()}\n{err}")
            refused += status
            if kind == "json" and not status:
                check_schema(json.loads(out), SCHEMA)
            if kind == "svg" and not status:
                xml.etree.ElementTree.fromstring(out)
    expect(0 < refused < 150, f"{refused} of 150 refused")


# ---- make

@test()
def make_memmap():
    """Standard output is the map alone, quotes arrive, and so do all variables."""
    folder = os.path.join(BUILD, "memmap")
    program("memmap")
    with tempfile.TemporaryDirectory() as trees, locked(folder):
        blob = compiled(trees, one_bank())
        argv = ["make", f"O={folder}", "memmap", f"DTB={blob}", "FORMAT=json",
                "INITRD=1M@0x84000000", "KERNEL=1M@0x80200000", "FDT=0x87000000",
                "CMDLINE=it's \"a b\" mem=100M"]
        done = subprocess.run(argv, cwd=os.path.join(BUILD, "..", ".."), check=False,
                              capture_output=True, env=clean_environment(), timeout=120)
        expect_equal(done.returncode, 0, f"status of {argv}\n{done.stderr.decode()}")
        found = json.loads(done.stdout)
        command("make", f"O={folder}", "memmap", status=2)
    expect_equal(found["bootargs"], "it's \"a b\" mem=100M", "bootargs")
    expect_equal([one["kind"] for one in found["reserved"]],
                 ["kernel", "initramfs", "limit", "fdt", "limit"], "reserved")


@test()
def documented():
    """docs/memmap.md names every member and kind."""
    with open(os.path.join(BUILD, "..", "..", "docs", "memmap.md"), encoding="utf-8") as file:
        text = file.read()
    members = {member for value in SCHEMA.values() for entry in
               (value if isinstance(value, list) else [value]) if isinstance(entry, dict)
               for member in entry}
    for name in KINDS | set(SCHEMA) | members:
        expect(f"`{name}`" in text, f"nothing is said of {name}")
