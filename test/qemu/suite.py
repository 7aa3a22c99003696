# SPDX-License-Identifier: BSD-2-Clause
"""What every test uses: their list, bounded commands, and kernels built once."""
import collections
import fcntl
import os
import shutil
import subprocess
import sys
import threading
from typing import Callable, NamedTuple

ROOT = os.path.realpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
BUILD = os.path.join(ROOT, "build", "check")
PYTHON = sys.executable
CROSS = os.environ.get("CROSS_COMPILE", "riscv64-unknown-elf-")

CORNERS = ["qemu_virt", "hotplug", "keep", "keep_hotplug"]
CONFIGS = CORNERS + ["tiny", "debug"]


class Failed(Exception):
    """A test found what it looks for; the text says what."""


class Test(NamedTuple):
    name: str
    function: Callable
    arguments: tuple = ()
    heavy: bool = False  # takes gigabytes of the host's memory


TESTS = []


def test(*cases, heavy=lambda *case: False):
    """Decorator: the function is a test, once for each of `cases` (tuples of arguments)."""
    def register(function):
        suite = function.__module__.removesuffix("_test")
        title = f"{suite}: {function.__name__.replace('_', ' ')}"
        for case in cases or [()]:
            name = " ".join([title, *(str(part) for part in case if not callable(part))])
            name = name.replace("\n", "; ")
            TESTS.append(Test(name, function, case, heavy(*case)))
        return function
    return register


def expect(condition, reason):
    if not condition:
        raise Failed(reason)


def expect_equal(found, wanted, what):
    expect(found == wanted, f"{what}: {found}, not {wanted}")


def need(tool):
    """Path of a tool; that it is missing is a failure."""
    path = shutil.which(tool)
    expect(path, f"{tool} is missing: ./bootstrap installs it")
    return path


def command(*argv, status=0, seconds=300):
    """Run a command in Molt's folder; it must end with `status`. Returns what it printed."""
    need(argv[0])
    done = subprocess.run(["timeout", "-k", "5", str(seconds), *argv], cwd=ROOT, check=False,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, env=clean_environment())
    text = done.stdout.decode("utf-8", "replace")
    if done.returncode != status:
        tail = "\n".join(text.splitlines()[-25:])
        raise Failed(f"{' '.join(argv)}: status {done.returncode}, not {status}\n{tail}")
    return text


def clean_environment():
    """Ours, less what would lead a make of its own astray."""
    astray = ("MAKEFLAGS", "MAKELEVEL", "MFLAGS", "KCONFIG_CONFIG", "O", "V", "LLVM")
    return {name: value for name, value in os.environ.items() if name not in astray}


def make(folder, *goals, **options):
    return command("make", "-j2", f"O={folder}", *goals, **options)


class Once:
    """Calls a function once for each argument, also when threads ask at the same time."""

    def __init__(self, function):
        self.function, self.outcomes = function, {}
        self.locks = collections.defaultdict(threading.Lock)

    def __call__(self, argument):
        with self.locks[argument]:
            if argument not in self.outcomes:
                try:
                    self.outcomes[argument] = (self.function(argument), None)
                except Failed as failure:
                    self.outcomes[argument] = (None, str(failure))
            result, failure = self.outcomes[argument]
        if failure:
            raise Failed(failure)
        return result


def locked(folder):
    """Holds off other runs of these tests that build in the same place, until closed."""
    os.makedirs(BUILD, exist_ok=True)
    lock = open(f"{folder}.lock", "w", encoding="utf-8")
    fcntl.flock(lock, fcntl.LOCK_EX)
    return lock


@Once
def built(config):
    """The folder where the kernel of configs/`config`_defconfig has been built.

    NAME+SYMBOL+... is that of NAME with more symbols set.
    """
    folder = os.path.join(BUILD, config)
    name, *more = config.split("+")
    with locked(folder):
        make(folder, f"{name}_defconfig")
        if more:
            with open(os.path.join(folder, ".config"), "a", encoding="utf-8") as file:
                file.writelines(f"CONFIG_{symbol}=y\n" for symbol in more)
            make(folder, "olddefconfig")
        make(folder)
    return folder


# What looks for mistakes of lifetime, in any configuration.
WATCHED = ("DEBUG_DANGLING", "DEBUG_WX", "TEST_FAULTS")


@Once
def watched(config):
    """The folder where configs/`config`_defconfig has been built with WATCHED besides."""
    folder = os.path.join(BUILD, f"{config}-watched")
    with locked(folder):
        make(folder, f"{config}_defconfig")
        with open(os.path.join(folder, ".config"), "a", encoding="utf-8") as file:
            file.writelines(f"CONFIG_{symbol}=y\n" for symbol in WATCHED)
        make(folder, "olddefconfig")
        make(folder)
    return folder


@Once
def program(name):
    """A program of the tests' own that runs before the kernel: `name`.S, with `name`.lds."""
    source, elf = os.path.join(ROOT, "test", "qemu", name), os.path.join(BUILD, f"{name}.elf")
    os.makedirs(os.path.dirname(elf), exist_ok=True)
    with locked(elf):
        command(f"{CROSS}gcc", "-march=rv64imac_zicsr_zifencei", "-mabi=lp64", "-mcmodel=medany",
                "-nostdlib", "-static", "-Wl,--build-id=none", "-Wl,--fatal-warnings",
                "-T", f"{source}.lds", f"{source}.S", "-o", f"{elf}.new")
        os.replace(f"{elf}.new", elf)
    return elf


def image(config):
    return os.path.join(built(config), "Image")


@Once
def listing(config):
    """The kernel's symbols in ascending order: (address, type as nm has it, name)."""
    return listing_of(built(config))


def listing_of(folder):
    text = command(f"{CROSS}nm", "-n", os.path.join(folder, "molt.elf"))
    fields = (line.split() for line in text.splitlines())
    return [(int(field[0], 16), field[1], field[2]) for field in fields if len(field) == 3]


def symbols(config):
    """Addresses of the kernel's global symbols."""
    return {name: address for address, kind, name in listing(config) if kind.isupper()}


def function_of(config, address):
    """The function that a return address lies behind a call in; None where there is none."""
    starts = [(start, name) for start, kind, name in listing(config)
              if kind in "tT" and not name.startswith((".L", "$")) and start < address]
    return starts[-1][1] if starts else None


def span(config, part):
    """[begin, end) of a part of the image, by the linker's symbols."""
    known = symbols(config)
    return known[f"__{part}_begin"], known[f"__{part}_end"]


def bytes_of(mem):
    """128M -> 134217728"""
    return int(mem[:-1]) << {"M": 20, "G": 30}[mem[-1]]
