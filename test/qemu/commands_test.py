# SPDX-License-Identifier: BSD-2-Clause
"""Commands of make that are no kernel's: the configuration's, help, compile_commands.json, debug."""
import json
import os
import re
import shlex
import tempfile

from suite import BUILD, PYTHON, ROOT, command, expect, expect_equal, locked, make, test
from toolchain_test import COMPILERS

# Steps of other commands.
INTERNAL = {"FORCE", "all", "in-turn", "need-windows", "fuzz-programs", "fuzz-planted",
            "host-tests", "host-libfdt"}
# Of menu "Debugging", what is no check: it measures, or is there for a mistake to be made.
NO_CHECKS = {"BENCH", "BUGS"}

LIST_DEBUGGING = """
from kconfiglib import MENU, Kconfig, Symbol
kconf = Kconfig("Kconfig")
kconf.load_config("configs/debug_defconfig")
for node in kconf.node_iter():
    menu = node
    while menu.parent and not (menu.item == MENU and menu.prompt[0] == "Debugging"):
        menu = menu.parent
    if menu.parent and isinstance(node.item, Symbol) and node.prompt:
        print(node.item.name, node.item.str_value)
"""


def scratch():
    return tempfile.TemporaryDirectory(prefix="molt-commands-")


def read(*path):
    with open(os.path.join(*path), encoding="utf-8") as file:
        return file.read()


@test()
def help_names_every_target():
    """In 80 columns, every target that is for users."""
    text = command("make", "help")
    wide = [line for line in text.splitlines() if len(line) > 80]
    expect_equal(wide, [], "lines over 80 columns")
    sources = ["Makefile", "test/host/Makefile", "test/fuzz/Makefile", "test/coverage.mk",
               "tools/Makefile"]
    targets = {name for source in sources
               for line in re.findall(r"^\.PHONY:(.*)$", read(ROOT, source), re.MULTILINE)
               for name in line.split() if not name.startswith("$")}
    expect(len(targets) > 20, f"only {targets}")
    known = set(re.findall(r"[\w.-]+", text))
    expect_equal(targets - known - INTERNAL, set(), "targets that make help does not name")


@test()
def new_symbols():
    """listnewconfig names what a configuration does not mention; olddefconfig settles it."""
    with scratch() as folder:
        make(folder, "defconfig")
        expect_equal(make(folder, "listnewconfig"), "", "what is new in a new configuration")
        path = os.path.join(folder, ".config")
        lines = [line for line in read(path).splitlines(keepends=True)
                 if "_NR_HARTS" not in line and "_UBSAN" not in line]
        with open(path, "w", encoding="utf-8") as file:
            file.writelines(lines)
        expect_equal(make(folder, "listnewconfig").splitlines(),
                     ["CONFIG_NR_HARTS=64", "# CONFIG_UBSAN is not set"], "what is new")
        text = make(folder, "helpnewconfig")
        expect("CONFIG_NR_HARTS=64\n  Harts beyond" in text, f"no help:\n{text}")
        expect_equal(read(path), "".join(lines), "the configuration, only listed")
        make(folder, "olddefconfig")
        expect_equal(make(folder, "listnewconfig"), "", "what is new after olddefconfig")


@test()
def lines_that_say_nothing():
    """olddefconfig tells of what it leaves out; of a symbol that is set again, the last counts."""
    with scratch() as folder:
        make(folder, "defconfig")
        before = read(folder, ".config")
        with open(os.path.join(folder, ".config"), "a", encoding="utf-8") as file:
            file.write("CONFIG_NR_HARTS=8\nCONFIG_NR_HARTS=64\n")
        text = make(folder, "olddefconfig")
        expect_equal(text, f"configuration written to {folder}/.config\n", "set again")
        with open(os.path.join(folder, ".config"), "a", encoding="utf-8") as file:
            file.write("CONFIG_KERNEL_STACK_PAGES=some\nno line\n")
        text = make(folder, "olddefconfig")
        expect("'some' is invalid for KERNEL_STACK_PAGES" in text and "no line" in text, text)
        expect_equal(read(folder, ".config"), before, "the configuration")


@test()
def cleans():
    """Nothing is left but the configuration. (distclean also takes what tests have built.)"""
    with scratch() as folder:
        make(folder, "tiny_defconfig")
        make(folder, "all", "host-tools")
        command("make", f"O={folder}/debug", f"KCONFIG_CONFIG={folder}/debug/.config",
                "debug_defconfig")
        make(folder, "clean")
        expect_equal(os.listdir(folder), [".config"], "what clean leaves")


@test()
def guiconfig():
    """Without tkinter, or a display for it, it says what it needs and changes nothing."""
    with scratch() as folder:
        make(folder, "defconfig")
        before = read(folder, ".config")
        text = command("env", "-u", "DISPLAY", "make", f"O={folder}", "guiconfig", status=2)
        expect("guiconfig needs the package python3-tk, and a display" in text, text)
        expect("Traceback" not in text, text)
        expect_equal(read(folder, ".config"), before, "the configuration")


@test()
def compile_commands():
    """With each compiler: every object that is built, by a command that compiles."""
    database = os.path.join(ROOT, "compile_commands.json")
    with locked(os.path.join(BUILD, "compile_commands")), scratch() as folder:
        before = read(database) if os.path.exists(database) else None
        try:
            make(folder, "qemu_virt_defconfig")
            make(folder)
            for option in COMPILERS.values():
                make(folder, "compile_commands.json", option)
                check_database(json.loads(read(database)), folder)
        finally:
            os.remove(database)
            if before is not None:
                with open(database, "w", encoding="utf-8") as file:
                    file.write(before)


def check_database(entries, folder):
    sources = [entry["file"] for entry in entries]
    expect_equal(len(sources), len(set(sources)), "each file once")
    objects = {os.path.relpath(os.path.join(path, name), folder)[:-len(".o")]
               for path, _, names in os.walk(folder) for name in names
               if name.endswith(".o") and path != folder}
    expect_equal({os.path.splitext(source)[0] for source in sources} ^ objects, set(),
                 "files that have either no entry or no object")
    for entry in entries:
        expect(os.path.exists(os.path.join(entry["directory"], entry["file"])), f"no such {entry}")
    for source in ("mm/zone.c", "core/main.c", "arch/riscv/early_map.c", "arch/riscv/head.S",
                   "lib/libfdt/upstream/fdt_ro.c"):
        words = shlex.split(next(entry["command"] for entry in entries if entry["file"] == source))
        command(*words[:words.index("-o")], "-o", os.path.join(folder, "again.o"))


@test()
def debug_has_every_check():
    """debug_defconfig turns all of menu Debugging on, but what is no check."""
    lines = command(PYTHON, "-c", LIST_DEBUGGING).splitlines()
    symbols = dict(line.split() for line in lines)
    expect(len(symbols) > 10, f"only {symbols}")
    off = {name for name, value in symbols.items() if value != "y"}
    expect_equal(off, NO_CHECKS & set(symbols), "off in debug_defconfig")


@test()
def make_debug():
    """Boots with two harts and every self check; a boot that fails is a failure."""
    folder = os.path.join(BUILD, "make-debug")
    with locked(folder):
        text = make(folder, "debug", "MEM=32M", "APPEND=quiet report=json")
        checks = set(re.findall(r'"type":"check","name":"(\w+)","ok":true', text))
        expect({"alloc_all", "slab", "stress", "stacks", "contig", "hotplug", "harts",
                "ledger"} <= checks, f"checks: {checks}")
        expect('"type":"harts","online":2' in text, "not two harts")
        config = read(folder, "debug", ".config")
        expect("CONFIG_UBSAN=y" in config, "not the debug configuration")
        expect(not os.path.exists(os.path.join(folder, ".config")), "another was made as well")
        text = make(folder, "debug", "MEM=32M", "SMP=1", "APPEND=fault=panic", status=2)
    expect("the kernel ended with status 1" in text, f"not told how it ended:\n{text[-1000:]}")
