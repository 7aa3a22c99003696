#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Make a cpio archive, newc, of a folder or of a list of files.

initramfs.py SOURCE ARCHIVE

SOURCE is a folder, or a list as Linux's gen_init_cpio takes it, a line for each entry:

  file NAME PATH MODE UID GID [LINK...]     # a hard link is one more copy
  dir NAME MODE UID GID
  nod NAME MODE UID GID b|c MAJOR MINOR
  slink NAME TARGET MODE UID GID
  pipe NAME MODE UID GID
  sock NAME MODE UID GID

The same source gives the same bytes: names are sorted, there are no times, and a folder's
files are root's. ARCHIVE is written only where that changes it.
"""
import os
import stat
import sys
from typing import NamedTuple


class Wrong(Exception):
    """The source cannot be used; the text says why."""


class Entry(NamedTuple):
    name: str
    mode: int
    uid: int = 0
    gid: int = 0
    data: bytes = b""
    device: tuple = (0, 0)


TYPES = {"file": stat.S_IFREG, "dir": stat.S_IFDIR, "slink": stat.S_IFLNK, "pipe": stat.S_IFIFO,
         "sock": stat.S_IFSOCK, "b": stat.S_IFBLK, "c": stat.S_IFCHR}
# What follows the first word of a line.
FORMS = {"file": "NAME PATH MODE UID GID", "dir": "NAME MODE UID GID", "pipe": "NAME MODE UID GID",
         "sock": "NAME MODE UID GID", "slink": "NAME TARGET MODE UID GID",
         "nod": "NAME MODE UID GID b|c MAJOR MINOR"}
NAME_MAX = 4095
TRAILER = "TRAILER!!!"  # the name that ends an archive


def read(path):
    with open(path, "rb") as file:
        return file.read()


def of_folder(folder):
    """Its files, but for what is neither file, folder nor link, which is refused."""
    def fail(error):
        raise error

    for path, folders, files in os.walk(folder, onerror=fail):
        for name in folders + files:
            whole = os.path.join(path, name)
            mode = os.lstat(whole).st_mode
            entry = os.path.relpath(whole, folder)
            if entry == TRAILER:
                raise Wrong(f"{whole}: that name ends an archive")
            if stat.S_ISLNK(mode):
                yield Entry(entry, stat.S_IFLNK | 0o777, data=os.fsencode(os.readlink(whole)))
            elif stat.S_ISDIR(mode):
                yield Entry(entry, stat.S_IFDIR | 0o755)
            elif stat.S_ISREG(mode):
                bits = 0o755 if mode & stat.S_IXUSR else 0o644
                yield Entry(entry, stat.S_IFREG | bits, data=read(whole))
            else:
                raise Wrong(f"{whole} is neither a file, a folder nor a link")


def place(name):
    """A name of a list, from the root on: one file cannot have two of them by how it is spelt."""
    name = name.removeprefix("/")
    if not name or name == TRAILER or "\0" in name or \
            {"", ".", ".."} & set(name.split("/")):
        raise ValueError(f"\"{name}\" is no name in an archive")
    return name


def rights(mode):
    """A mode of a list, without the type, which the line's first word tells."""
    number = int(mode, 8)
    if not 0 <= number <= 0o7777:
        raise ValueError(f"mode {mode} is more than rights")
    return number


def check_form(kind, words):
    if kind not in FORMS:
        raise ValueError(f"{kind} is no kind of entry")
    wanted = len(FORMS[kind].split())
    if len(words) < wanted or (len(words) > wanted and kind != "file"):
        raise ValueError(f"it is: {kind} {FORMS[kind]}")


def of_line(kind, *words):
    """The entries of one line of a list."""
    check_form(kind, words)
    name, words = place(words[0]), words[1:]
    if kind == "file":
        path, mode, uid, gid, *links = words
        for same in [name, *map(place, links)]:
            yield Entry(same, TYPES[kind] | rights(mode), int(uid), int(gid), read(path))
    elif kind == "slink":
        target, mode, uid, gid = words
        yield Entry(name, TYPES[kind] | rights(mode), int(uid), int(gid), os.fsencode(target))
    elif kind == "nod":
        mode, uid, gid, device, major, minor = words
        if device not in ("b", "c"):
            raise ValueError(f"{device} is not b or c")
        yield Entry(name, TYPES[device] | rights(mode), int(uid), int(gid),
                    device=(int(major), int(minor)))
    else:
        mode, uid, gid = words
        yield Entry(name, TYPES[kind] | rights(mode), int(uid), int(gid))


def of_list(path):
    for number, line in enumerate(read(path).decode("ascii", "surrogateescape").split("\n"), 1):
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        try:
            yield from of_line(*words)
        except ValueError as error:
            raise Wrong(f"{path}: line {number}: \"{line.strip()}\": {error}") from error
        except OSError as error:
            raise Wrong(f"{path}: line {number}: {error}") from error


def padded(data):
    return data + bytes(-len(data) % 4)


def encoded(entry, number):
    name = os.fsencode(entry.name) + b"\0"
    if not entry.name or len(name) > NAME_MAX + 1:
        raise Wrong(f"a name of {len(name) - 1} bytes: {entry.name[:40]}")
    fields = (number, entry.mode, entry.uid, entry.gid, 1, 0, len(entry.data), 0, 0,
              *entry.device, len(name), 0)
    for field in fields:
        if not 0 <= field < 1 << 32:
            raise Wrong(f"{entry.name}: {field} has no place in the archive")
    header = b"070701" + b"".join(b"%08X" % field for field in fields)
    return padded(header + name) + padded(entry.data)


def archive(source):
    if not os.path.exists(source):
        raise Wrong(f"{source} does not exist")
    entries = sorted(of_folder(source) if os.path.isdir(source) else of_list(source))
    names = [entry.name for entry in entries]
    for name, following in zip(names, names[1:]):
        if name == following:
            raise Wrong(f"{name} is there twice")
    encodings = [encoded(entry, number) for number, entry in enumerate(entries, 1)]
    return b"".join([*encodings, encoded(Entry(TRAILER, 0), 0)])


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    source, path = sys.argv[1:]
    try:
        data = archive(source)
    except (Wrong, OSError) as error:
        sys.exit(f"CONFIG_INITRAMFS_SOURCE: {error}")
    if not os.path.exists(path) or read(path) != data:
        with open(path, "wb") as file:
            file.write(data)


if __name__ == "__main__":
    main()
