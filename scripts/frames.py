# SPDX-License-Identifier: BSD-2-Clause
"""Reads .debug_frame (DWARF 5, section 6.4), of which pyelftools knows no version 4."""
import struct
from collections import namedtuple

# The frame begins `offset` bytes above register `base`; `saved` maps registers to bytes from there.
Row = namedtuple("Row", "base offset saved")
Common = namedtuple("Common", "unit data row")


class Reader:
    def __init__(self, data, at, end):
        self.data, self.at, self.end = data, at, end

    def number(self, size):
        self.at += size
        return int.from_bytes(self.data[self.at - size:self.at], "little")

    def leb(self, signed=False):
        value = shift = 0
        while True:
            byte = self.number(1)
            value |= (byte & 0x7f) << shift
            shift += 7
            if not byte & 0x80:
                return value - (1 << shift) if signed and byte & 0x40 else value

    def text(self):
        end = self.data.index(0, self.at)
        self.at, text = end + 1, bytes(self.data[self.at:end])
        return text


def rows(reader, common, pc):
    """[(address, Row)]: what instructions say from each address on."""
    row, kept, found = common.row, [], []

    def save(register, offset):
        return row._replace(saved={**row.saved, register: offset})

    def restore(register):
        saved = {**row.saved}
        saved.pop(register, None)
        if register in common.row.saved:
            saved[register] = common.row.saved[register]
        return row._replace(saved=saved)

    while reader.at < reader.end:
        code = reader.number(1)
        high, low = code & 0xc0, code & 0x3f
        if high == 0x40 or code in (2, 3, 4):  # advance
            found.append((pc, row))
            pc += common.unit * (low if high else reader.number(1 << (code - 2)))
        elif high == 0x80:
            row = save(low, reader.leb() * common.data)
        elif high == 0xc0:
            row = restore(low)
        elif code == 0:
            continue
        elif code in (5, 0x11):  # offset_extended
            register = reader.leb()
            row = save(register, reader.leb(signed=code == 0x11) * common.data)
        elif code in (6, 7, 8):  # restore_extended, undefined, same_value
            row = restore(reader.leb())
        elif code == 0xa:
            kept.append(row)
        elif code == 0xb:
            row = kept.pop()
        elif code in (0xc, 0x12):  # def_cfa
            base = reader.leb()
            offset = reader.leb(True) * common.data if code == 0x12 else reader.leb()
            row = row._replace(base=base, offset=offset)
        elif code == 0xd:
            row = row._replace(base=reader.leb())
        elif code in (0xe, 0x13):
            row = row._replace(
                offset=reader.leb(True) * common.data if code == 0x13 else reader.leb())
        elif code == 0x2e:  # GNU_args_size
            reader.leb()
        else:
            raise ValueError(f"an instruction {code:#x} in .debug_frame")
    return [*found, (pc, row)]


def read_common(data, at):
    reader = Reader(data, at, at + 4 + struct.unpack_from("<I", data, at)[0])
    reader.at += 8
    version, augmentation = reader.number(1), reader.text()
    if version not in (1, 3, 4) or augmentation:
        raise ValueError(f".debug_frame of version {version}, with {augmentation!r}")
    if version == 4:
        reader.at += 2  # sizes of addresses and segments
    unit, scale = reader.leb(), reader.leb(signed=True)
    reader.at += 1  # the return address's column
    common = Common(unit, scale, Row(None, 0, {}))
    return common._replace(row=rows(reader, common, 0)[-1][1])


def functions(data):
    """(address, bytes, [(address, Row)]) of each function that .debug_frame's bytes tell of."""
    at, commons = 0, {}
    while at < len(data):
        length, where = struct.unpack_from("<II", data, at)
        if length >= 0xfffffff0:
            raise ValueError(".debug_frame of 64 bits")
        if where != 0xffffffff:
            if where not in commons:
                commons[where] = read_common(data, where)
            start, size = struct.unpack_from("<QQ", data, at + 8)
            yield start, size, rows(Reader(data, at + 24, at + 4 + length), commons[where], start)
        at += 4 + length
