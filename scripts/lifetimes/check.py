# SPDX-License-Identifier: BSD-2-Clause
"""The judgement: faults, and declarations that nothing needs."""
from lifetimes import declared, elf64
from lifetimes.classes import MARKERS
from lifetimes.references import is_shared
from lifetimes.source import is_code, is_extable


def name_of(end):
    """A function or object, or what else it is."""
    if end.symbol:
        return declared.plain(end.symbol.name)
    if is_extable(end):
        return "the exception table"
    if not end.section:
        return "what no section holds"
    if not is_code(end):
        return "a string" if string_at(end) else "a table of the compiler's"
    return "code without a name"


def string_at(end):
    """The text at an end, where it looks like one."""
    data = end.elf.contents(end.section)
    offset = end.address - (0 if end.elf.relocatable else end.section.address)
    text = data[offset:offset + 60].split(b"\0")[0]
    return text.decode() if len(text) > 1 and all(
        32 <= byte < 127 or byte in b"\n\t\033" for byte in text) else None


def callers(reference, source):
    """(name, file) that a declaration may know the holder by: also what was inlined there. The
    file is None where no line is known."""
    holder = reference.holder
    if not is_code(holder):
        return {(name_of(holder), source.file(holder))}
    frames = [(declared.plain(frame.function), frame.file if frame.file != "??" else None)
              for frame in source.frames(holder)]
    return {*frames, (name_of(holder), frames[-1][1] if frames else None)}


def judge(references, declarations, source):
    """(faults, declarations that nothing needs, those that something needs)."""
    source.learn(reference.holder for reference in references)
    faults, used, seen = [], set(), set()
    for reference in references:
        callee = name_of(reference.target)
        known = callers(reference, source)
        matching = [d for d in declarations if d.callee == callee
                    and known & {(d.caller, d.file), (d.caller, None)}]
        used.update(matching)
        if not matching:
            # Both witnesses tell of most.
            key = (name_of(reference.holder), source.place(reference.holder),
                   what(reference.target))
            if key not in seen:
                faults.append(reference)
            seen.add(key)
    return faults, [d for d in declarations if d not in used], [
        d for d in declarations if d in used]


def what(end):
    """How an end is told of."""
    text = string_at(end) if is_shared(end) else None
    return f'the string "{text}"' if text else name_of(end) + "()" * is_code(end)


def message(reference, source):
    """Both ends, their classes, and what to do."""
    holder, end = reference
    name, life = name_of(holder), holder.life
    if is_code(holder):
        # The outermost is the holder itself.
        inner = [declared.plain(frame.function) for frame in source.frames(holder)[:-1]][:1]
        name = f"{name}()" + "".join(f" (its inline {function}())" for function in inner)
    whom = what(end)
    return (f"{source.place(holder)}: {name} is {life} and refers to {whom}, which is {end.life}"
            f" ({source.place(end)}): {advice(name, whom, reference)}")


def advice(name, whom, reference):
    holder, end = reference
    function, variable, files = MARKERS[end.life]
    marker = function if is_code(holder) else variable
    if end.symbol and elf64.bound(end.symbol):
        return f"mark {name} {marker}, for the table goes"
    return f"mark {name} {marker}, or move its file to {files}; or let {whom} stay"
