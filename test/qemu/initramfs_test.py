# SPDX-License-Identifier: BSD-2-Clause
"""The first files: the archive that the build makes, and the two that boot reads."""
import gzip
import os
import stat
import tempfile

import qemu
from judge import boot_success, check_success, judged, kernel_text
from suite import PYTHON, ROOT, built, command, expect, expect_equal, image, make, test


def entries(data):
    """What a newc archive holds, by the format's description alone: (name, mode, data...)."""
    at, found = 0, []
    while True:
        magic, *fields = [data[at:at + 6], *(int(data[at + 6 + 8 * i:at + 14 + 8 * i], 16)
                                             for i in range(13))]
        expect_equal(magic, b"070701", f"magic at {at}")
        _, mode, uid, gid, _, mtime, size, _, _, major, minor, name_size, _ = fields
        name = data[at + 110:at + 110 + name_size - 1].decode()
        start = (at + 110 + name_size + 3) // 4 * 4
        at = (start + size + 3) // 4 * 4
        if name == "TRAILER!!!":
            expect_equal(at, len(data), "the archive's end")
            return found
        expect_equal(mtime, 0, f"{name}: its time")
        found.append((name, mode, uid, gid, (major, minor), data[start:start + size]))


def written(source, folder, status=0):
    """The archive that the script makes of `source`; or what it says."""
    path = os.path.join(folder, "archive")
    text = command(PYTHON, "scripts/initramfs.py", source, path, status=status)
    if status:
        expect(not os.path.exists(path), "an archive was written all the same")
        return text
    with open(path, "rb") as file:
        return file.read()


def make_tree(folder):
    os.mkdir(os.path.join(folder, "bin"))
    for name, text, mode in (("bin/init", "first\n", 0o700), ("a", "", 0o600)):
        path = os.path.join(folder, name)
        with open(path, "w", encoding="ascii") as file:
            file.write(text)
        os.chmod(path, mode)
    os.symlink("bin/init", os.path.join(folder, "init"))
    return folder


@test()
def of_a_folder():
    """Sorted, root's, without times: the same bytes from any such folder."""
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as two, \
            tempfile.TemporaryDirectory() as out:
        data = written(make_tree(one), out)
        expect_equal(entries(data), [
            ("a", stat.S_IFREG | 0o644, 0, 0, (0, 0), b""),
            ("bin", stat.S_IFDIR | 0o755, 0, 0, (0, 0), b""),
            ("bin/init", stat.S_IFREG | 0o755, 0, 0, (0, 0), b"first\n"),
            ("init", stat.S_IFLNK | 0o777, 0, 0, (0, 0), b"bin/init")], "entries")
        os.utime(os.path.join(make_tree(two), "a"), (1, 1))
        expect(written(two, out) == data, "another folder's bytes differ")


@test()
def of_a_list():
    with tempfile.TemporaryDirectory() as out:
        path = os.path.join(out, "list")
        with open(path, "w", encoding="ascii") as file:
            file.write("# a list\n\nfile /init LICENSE 0755 1 2 /bin/sh\ndir /bin 755 0 0\n"
                       "nod /dev 600 0 0 c 5 1\n"
                       "slink /s init 777 0 0\npipe /p 640 0 7\nsock /q 600 0 0\n")
        with open(os.path.join(ROOT, "LICENSE"), "rb") as file:
            text = file.read()
        expect_equal(entries(written(path, out)), [
            ("bin", stat.S_IFDIR | 0o755, 0, 0, (0, 0), b""),
            ("bin/sh", stat.S_IFREG | 0o755, 1, 2, (0, 0), text),
            ("dev", stat.S_IFCHR | 0o600, 0, 0, (5, 1), b""),
            ("init", stat.S_IFREG | 0o755, 1, 2, (0, 0), text),
            ("p", stat.S_IFIFO | 0o640, 0, 7, (0, 0), b""),
            ("q", stat.S_IFSOCK | 0o600, 0, 0, (0, 0), b""),
            ("s", stat.S_IFLNK | 0o777, 0, 0, (0, 0), b"init")], "entries")


# A list that cannot be used, and what is said of it.
WRONG = {
    "dir /bin 755 0": "line 1: \"dir /bin 755 0\": it is: dir NAME MODE UID GID",
    "dir": "it is: dir NAME MODE UID GID",
    "file /a LICENSE 644 0": "it is: file NAME PATH MODE UID GID",
    "dir /bin rwx 0 0": "line 1:",
    "file /a no_such_file 644 0 0": "no_such_file",
    "block /b 644 0 0": "block is no kind of entry",
    "nod /b 644 0 0 x 1 1": "x is not b or c",
    "dir /a 755 0 0\ndir /a 755 0 0": "a is there twice",
    "dir /a 755 -1 0": "-1 has no place",
    # These would be a socket, a link to nowhere, an archive's end, another's file, one file twice.
    "dir /a 100755 0 0": "line 1: \"dir /a 100755 0 0\": mode 100755 is more than rights",
    "file /a LICENSE 0120777 0 0": "is more than rights",
    "nod /a -1 0 0 c 1 1": "is more than rights",
    "dir /a 755 0 0\nfile /TRAILER!!! LICENSE 644 0 0\ndir /b 755 0 0": "line 2:",
    "file /../a LICENSE 644 0 0": "\"../a\" is no name in an archive",
    "dir / 755 0 0": "line 1:",
    "file /a LICENSE 644 0 0 /b//c": "\"b//c\" is no name in an archive",
    "dir /a 755 0 0\ndir ./a 755 0 0": "\"./a\" is no name in an archive",
}


@test(*zip(WRONG))
def wrong_list(text):
    with tempfile.TemporaryDirectory() as out:
        path = os.path.join(out, "list")
        with open(path, "w", encoding="ascii") as file:
            file.write(text + "\n")
        said = written(path, out, status=1)
        expect(said.startswith("CONFIG_INITRAMFS_SOURCE: ") and WRONG[text] in said, said)


@test()
def name_that_ends_an_archive():
    """In a folder, too: what follows it would be lost."""
    with tempfile.TemporaryDirectory() as tree, tempfile.TemporaryDirectory() as out:
        os.mkdir(os.path.join(tree, "TRAILER!!!"))
        said = written(tree, out, status=1)
        expect("TRAILER!!!: that name ends an archive" in said, said)


@test()
def name_that_ends_early():
    with tempfile.TemporaryDirectory() as out:
        path = os.path.join(out, "list")
        with open(path, "wb") as file:
            file.write(b"dir /a\0b 755 0 0\n")
        said = written(path, out, status=1)
        expect(said.startswith("CONFIG_INITRAMFS_SOURCE: ") and "is no name" in said, said)


@test()
def source_that_is_missing():
    with tempfile.TemporaryDirectory() as out:
        said = written("/no/such/folder", out, status=1)
        expect_equal(said, "CONFIG_INITRAMFS_SOURCE: /no/such/folder does not exist\n", "said")


def told(run):
    return [line for line in kernel_text(run).splitlines() if line.startswith("initramfs ")]


@test()
def of_the_image_and_of_the_boot_loader():
    """Both are read; the window grows by what is in it, and all of it goes with the window.
    A source that changes is built in anew, one that does not is left alone; one that is too
    large, or missing, is named."""
    with tempfile.TemporaryDirectory(prefix="molt-build-") as folder, \
            tempfile.TemporaryDirectory() as tree:
        make(folder, "defconfig")
        with open(os.path.join(folder, ".config"), "a", encoding="utf-8") as file:
            file.write(f'CONFIG_INITRAMFS_SOURCE="{make_tree(tree)}"\n')
        make(folder, "olddefconfig")
        make(folder)
        expect_equal(make(folder), "", "what a second make does")
        archive = os.path.join(folder, "core", "initramfs.cpio")
        run = boot_success("qemu_virt", "32M", append="report=json",
                           kernel=os.path.join(folder, "Image"), extra=["-initrd", archive])
        with judged(run):
            expect_equal(told(run), [f"initramfs of the {name}: 4 entries, 14 bytes"
                                     for name in ("image", "boot loader")], "archives")
        with open(os.path.join(tree, "large"), "wb") as file:
            file.write(bytes(64 << 10))
        make(folder)
        run = boot_success("qemu_virt", "32M", append="report=json",
                           kernel=os.path.join(folder, "Image"))
        with judged(run):
            expect_equal(told(run), ["initramfs of the image: 5 entries, 65550 bytes"], "archives")
            expect(run.one("freed")["init"] > 64 << 10, "the window did not grow")
        with open(os.path.join(tree, "large"), "wb") as file:
            file.write(bytes(2 << 20))
        said = make(folder, status=2)
        expect("is INITRAMFS_SOURCE too large?" in said, said)
        os.rename(tree, f"{tree}.gone")
        try:
            said = make(folder, status=2)
        finally:
            os.rename(f"{tree}.gone", tree)
        expect(f"CONFIG_INITRAMFS_SOURCE: {tree} does not exist" in said, said)


def archive_of_a_folder():
    with tempfile.TemporaryDirectory() as tree, tempfile.TemporaryDirectory() as out:
        return written(make_tree(tree), out)


# What a boot loader may pass, and what is said of it.
PASSED = {
    "whole": (lambda data: data, ["initramfs of the boot loader: 4 entries, 14 bytes"]),
    "cut": (lambda data: data[:len(data) // 2], None),
    "damaged": (lambda data: data.replace(b"070701", b"070709", 1), [
        "initramfs of the boot loader: it is no cpio archive",
        "initramfs of the boot loader: 0 entries, 0 bytes"]),
    "compressed": (gzip.compress, [
        "initramfs of the boot loader: compressed with gzip, which is not supported"]),
}


@test(*zip(PASSED))
def passed(name):
    """What makes no sense is told with its place, and the boot goes on."""
    change, lines = PASSED[name]
    data = change(archive_of_a_folder())
    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        run = qemu.boot(image("qemu_virt"), "32M", append="report=json",
                        extra=["-initrd", file.name])
    with judged(run):
        check_success(run, "32M", 1)
        if lines:
            expect_equal(told(run), lines, "said")
        else:
            expect("initramfs of the boot loader: damaged at byte " in kernel_text(run)
                   and f" of {len(data)}\n" in kernel_text(run), "its place is not said")


@test()
def none():
    """Where there is none nothing is said, and nothing of it is in the image."""
    with judged(boot_success("qemu_virt", "32M", append="report=json")) as run:
        expect_equal(told(run), [], "said")
    expect(not os.path.exists(os.path.join(built("qemu_virt"), "core", "initramfs.cpio")),
           "an archive was made")


def encoded(name, data=b"", inode=0, links=1, mode=stat.S_IFREG | 0o644):
    """An entry of a newc archive."""
    fields = (inode, mode, 0, 0, links, 0, len(data), 0, 0, 0, 0, len(name) + 1, 0)
    header = b"070701" + b"".join(b"%08X" % field for field in fields) + name.encode() + b"\0"
    return header + bytes(-len(header) % 4) + data + bytes(-len(data) % 4)


# Other tools' archives give the data of a file with several names with one of them.
MADE = b"".join([
    encoded("bin/a", inode=7, links=3), encoded("x", b"one", 8), encoded("bin/b", inode=7, links=3),
    encoded("./bin/c", b"data", 7, 3), encoded("empty"), encoded("x", b"two", 9),
    encoded("x", mode=stat.S_IFDIR | 0o755), encoded("TRAILER!!!"), bytes(64),
    # Another archive, whose inodes are not the first's.
    encoded("sh", inode=7, links=2), encoded("/late", b"last"), encoded("bash", b"shell", 7, 2),
    encoded("lonely", inode=11, links=2), encoded("TRAILER!!!")])
FOUND = {
    "bin/a": "4 bytes: data", "/bin/b": "4 bytes: data", "./bin/c": "4 bytes: data",
    "x": "3 bytes: two", "empty": "0 bytes: ", "late": "4 bytes: last", "lonely": "0 bytes: ",
    "sh": "5 bytes: shell",
    "bin": "there is none", "TRAILER!!!": "there is none", "/": "there is none",
}


@test(*zip(FOUND))
def found_by_name(name):
    """The last file of a name, with its data; of what is no file, nothing."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(MADE)
        file.flush()
        run = qemu.boot(image("debug"), "32M", append=f"checks=no find_file={name}",
                        extra=["-initrd", file.name])
    with judged(run):
        expect(run.passed, "the run did not pass")
        expect(f"file {name}: {FOUND[name]}\n" in kernel_text(run), "it is not what was found")
