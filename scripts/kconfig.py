#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Molt's configuration, on top of kconfiglib. Whatever kconfiglib warns of is an error.

kconfig.py defconfig FILE     make the configuration from FILE
kconfig.py olddefconfig       bring it up to date: drop what is unknown, default what is new
kconfig.py listnewconfig      list the symbols that it does not mention, with their defaults
kconfig.py helpnewconfig      the same, with their help
kconfig.py savedefconfig FILE write to FILE what differs from the defaults
kconfig.py sync DIR           write what the build reads: DIR/generated/autoconf.h for C,
                              DIR/config/auto.conf for make, and DIR/config/my/symbol.h,
                              which is touched when CONFIG_MY_SYMBOL changes

The configuration is the file that KCONFIG_CONFIG names. Run it in Molt's folder.
"""

import os
import sys
import textwrap

from kconfiglib import BOOL, STR_TO_TRI, Kconfig, KconfigError


class ConfigError(Exception):
    pass


def read_kconfig():
    """The symbols, from Kconfig and what it sources; each prompt must have a help text."""
    os.environ["KCONFIG_WARN_UNDEF"] = "y"
    kconf = Kconfig("Kconfig", warn_to_stderr=False)
    for node in kconf.node_iter(unique_syms=True):
        if node.prompt and hasattr(node, "help") and node.item in kconf.unique_defined_syms:
            if not node.help:
                kconf.warnings.append(f"{node.filename}:{node.linenr}: {node.item.name}: no help")
    refuse(kconf.warnings)
    return kconf


def refuse(problems, hint=""):
    if problems:
        raise ConfigError("\n".join(problems) + hint)


def not_taken(kconf):
    """What was asked of symbols and could not be granted."""
    for sym in kconf.unique_defined_syms:
        asked, got = sym.user_value, sym.str_value
        if asked is None:
            continue
        granted = STR_TO_TRI[got] == asked if sym.orig_type == BOOL else got == asked
        if not granted:
            asked = ("n", "m", "y")[asked] if sym.orig_type == BOOL else asked
            yield f"CONFIG_{sym.name}={asked} cannot be: it is {got or 'out of reach'}"


def load(kconf, path, hint=""):
    """Read the configuration in @path; nothing in it may be unknown or in vain."""
    kconf.warn_assign_undef = True
    kconf.load_config(path)
    problems = [f"{path}: {problem}" for problem in not_taken(kconf)]
    refuse(kconf.warnings + problems, hint)


def save(kconf, config):
    os.makedirs(os.path.dirname(config) or ".", exist_ok=True)
    kconf.write_config(config)
    print(f"configuration written to {config}")


def defconfig(kconf, config, source):
    load(kconf, source)
    save(kconf, config)


def olddefconfig(kconf, config):
    # What is written further down counts.
    kconf.warn_assign_override = kconf.warn_assign_redun = False
    kconf.load_config(config)
    for warning in kconf.warnings:
        print(f"{config}: {warning}")
    for name, value in kconf.missing_syms:
        print(f"{config}: CONFIG_{name}={value} dropped: no such symbol")
    for problem in not_taken(kconf):
        print(f"{config}: {problem}")
    save(kconf, config)


def new_symbols(kconf, config):
    """The menu entries that a user could set and that the configuration does not mention."""
    kconf.load_config(config)
    for node in kconf.node_iter(unique_syms=True):
        sym = node.item
        if sym in kconf.unique_defined_syms and sym.user_value is None and sym.visibility \
                and sym.choice is None:
            yield node


def listnewconfig(kconf, config):
    for node in new_symbols(kconf, config):
        print(node.item.config_string.strip() or f"CONFIG_{node.item.name}=")


def helpnewconfig(kconf, config):
    for node in new_symbols(kconf, config):
        print(f"{node.item.config_string.strip()}\n{textwrap.indent(node.help, '  ')}")


def savedefconfig(kconf, config, target):
    load(kconf, config)
    kconf.write_min_config(target, header="")
    print(f"defaults apart, written to {target}")


def sync(kconf, config, folder):
    load(kconf, config, "\n'make olddefconfig' brings an old configuration up to date")
    os.makedirs(f"{folder}/generated", exist_ok=True)
    kconf.write_autoconf(f"{folder}/generated/autoconf.h", header="")
    kconf.sync_deps(f"{folder}/config")
    # make compares this file's age with the configuration's; no object depends on it.
    os.utime(f"{folder}/config/auto.conf")


COMMANDS = {
    command.__name__: command
    for command in (defconfig, olddefconfig, listnewconfig, helpnewconfig, savedefconfig, sync)
}


def main():
    command = COMMANDS.get(sys.argv[1]) if len(sys.argv) > 1 else None
    if not command:
        sys.exit(__doc__)
    try:
        command(read_kconfig(), os.environ["KCONFIG_CONFIG"], *sys.argv[2:])
    except (ConfigError, KconfigError, OSError) as error:
        sys.exit(f"kconfig: {error}")


main()
