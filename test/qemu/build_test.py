# SPDX-License-Identifier: BSD-2-Clause
"""The build: products, what is rebuilt when, and the configuration."""
import os
import re
import struct
import tempfile

from suite import (CONFIGS, PYTHON, ROOT, built, command, expect,
                   expect_equal, make, symbols, test)

# A step that was taken, as make's output tells it.
STEP = re.compile(r"^  ([A-Z]+) +(\S+)$", re.MULTILINE)


def steps_of(output):
    """Names of what was made."""
    return {name for _, name in STEP.findall(output)}


def scratch():
    """A build folder of a test's own, out of the tree."""
    return tempfile.TemporaryDirectory(prefix="molt-build-")


def read(*path, mode="r"):
    with open(os.path.join(*path), mode) as file:
        return file.read()


@test(*zip(CONFIGS))
def products(config):
    """All three are there, and the Image begins with a header that boot loaders accept."""
    folder, symbol = built(config), symbols(config)
    data = read(folder, "Image", mode="rb")
    offset, size, flags, version = struct.unpack_from("<QQQI", data, 8)
    expect_equal(offset, 0x200000, "text_offset")
    expect_equal(size, symbol["__image_end"] - symbol["__image_begin"], "image_size")
    expect_equal((flags, version), (0, 2), "flags and version")
    expect_equal((data[0x30:0x38], data[0x38:0x3c]), (b"RISCV\0\0\0", b"RSC\x05"), "magics")
    expect_equal(len(data), symbol["__stored_end"] - symbol["__image_begin"], "bytes of Image")
    expect("Linker script and memory map" in read(folder, "molt.map"), "molt.map is no map")


@test(*zip(CONFIGS))
def no_warnings(config):
    """A whole build in parallel, out of the tree, says its steps and nothing more."""
    with scratch() as folder:
        make(folder, f"{config}_defconfig")
        text = make(folder)
    rest = [line for line in STEP.sub("", text).splitlines() if line.strip()]
    expect_equal(rest, [], "lines beside the steps")
    expect(len(STEP.findall(text)) > 30, "the whole kernel was built")


@test()
def warning_is_an_error():
    """Asked for a warning that the code does not heed, the compiler stops the build."""
    with scratch() as folder:
        make(folder, "defconfig")
        text = make(folder, "optimize-obj=-Os -Wpadded", status=2)
    expect("[-Werror=padded]" in text, f"not refused for its warning:\n{text}")


@test()
def rebuilds():
    """Nothing twice; a changed symbol, header or flag rebuilds what it touches."""
    with scratch() as folder:
        make(folder, "defconfig")
        whole = steps_of(make(folder))
        expect_equal(steps_of(make(folder)), set(), "steps of a second make")

        with open(os.path.join(folder, ".config"), "a", encoding="utf-8") as file:
            file.write("CONFIG_COMMAND_LINE_SIZE=300\n")
        make(folder, "olddefconfig")
        steps = steps_of(make(folder))
        expect("core/fdt_boot.o" in steps, f"COMMAND_LINE_SIZE: only {steps} rebuilt")
        expect(len(steps) <= 7, f"COMMAND_LINE_SIZE: {len(steps)} steps: {steps}")

        make(folder, "olddefconfig")
        expect_equal(steps_of(make(folder)), set(), "steps after the same configuration again")

        os.remove(os.path.join(folder, "mm", "zone.o"))
        steps = steps_of(make(folder))
        expect_equal(steps, {"mm/zone.o", "molt.elf", "Image"}, "steps after zone.o is gone")

        steps = steps_of(make(folder, "optimize-init=-O1"))
        expect({"core/main.o", "Image"} <= steps < whole and "mm/zone.o" not in steps,
               f"changed flags of the init class: {steps}")


@test(("between words", "a b"), ("at its end", "b "))
def space_in_folder(where, name):
    """A space in O= is refused: `clean` would take what is before it, or `/lib`, for its own."""
    with scratch() as folder:
        for goal in ("all", "clean", "distclean"):
            text = command("make", "-n", f"O={folder}/{name}", goal, status=2)
            expect("has a space in it" in text, f"{goal}, with a space {where}:\n{text}")


@test(*zip([*CONFIGS, "bench", "bench_hotplug", "stress"]))
def savedefconfig(config):
    """configs/ holds exactly what savedefconfig would write."""
    with scratch() as folder:
        make(folder, f"{config}_defconfig", "savedefconfig")
        expect_equal(read(folder, "defconfig"), read(ROOT, "configs", f"{config}_defconfig"),
                     f"configs/{config}_defconfig, saved again")


@test()
def unknown_symbol():
    """An error that names it, in a named configuration and in .config."""
    with scratch() as folder:
        config, wrong = os.path.join(folder, ".config"), os.path.join(folder, "wrong")
        with open(wrong, "w", encoding="utf-8") as file:
            file.write("CONFIG_NO_SUCH_SYMBOL=y\n")
        text = command("env", f"KCONFIG_CONFIG={config}", PYTHON, "scripts/kconfig.py",
                       "defconfig", wrong, status=1)
        expect("NO_SUCH_SYMBOL" in text, f"defconfig does not name it:\n{text}")
        make(folder, "defconfig")
        with open(config, "a", encoding="utf-8") as file:
            file.write("CONFIG_NO_SUCH_SYMBOL=y\n")
        text = make(folder, status=2)
        expect("NO_SUCH_SYMBOL" in text, f"make does not name it:\n{text}")


def with_terminal(*argv):
    """A command that can open a terminal: in a chroot it is given devpts, for itself alone."""
    try:
        for end in os.openpty():
            os.close(end)
    except OSError:
        give = "mount --make-rprivate /dev && mount -t devpts -o ptmxmode=666 devpts /dev/pts"
        return ("unshare", "--mount", "--propagation", "unchanged",
                "sh", "-c", give + ' && exec "$@"', "sh", *argv)
    return argv


@test()
def menuconfig():
    """Driven by keys: MEMORY_HOTPLUG in "Boot memory lifetimes" is set, and saved."""
    with scratch() as folder:
        make(folder, "defconfig")
        path = os.path.join(folder, ".config")
        expect("# CONFIG_MEMORY_HOTPLUG is not set" in read(path), "it is not off at first")
        keys = os.path.join(os.path.dirname(os.path.abspath(__file__)), "press_keys.py")
        command(*with_terminal(PYTHON, keys, folder))
        expect("CONFIG_MEMORY_HOTPLUG=y\n" in read(path), "it was not saved")
        expect("MEMORY_HOTPLUG 1" in read(folder, "include", "generated", "autoconf.h"),
               "the build does not see it")
