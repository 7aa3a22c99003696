# SPDX-License-Identifier: BSD-2-Clause
"""How long each byte of a linked kernel lives, and who refers to what dies before it.

elf64 reads files, classes says who may refer to whom, references lists all references,
declared those that the source vouches for, source finds files and lines, check judges,
pieces sees that each class lies in its place, graph finds what boot alone reaches, report
tells bytes and savings.
"""
