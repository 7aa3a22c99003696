# SPDX-License-Identifier: BSD-2-Clause
"""The runner itself: what fails is called a failure, and its reason is kept."""
import sys

import run
from judge import judged
from qemu import BOARDS, Run
from suite import PYTHON, Failed, Test, built, command, expect, expect_equal, need, test


def reason(function, *arguments):
    return run.run(Test("planted", function, arguments))


@test()
def a_pass_is_a_pass():
    expect_equal(reason(lambda: None), None, "what is wrong with a test that returns")


@test()
def a_finding_is_told():
    expect_equal(reason(expect, False, "so it is"), "so it is", "the reason")


@test(("a crash", lambda: [][0], "IndexError"),
      ("an exit", lambda: sys.exit(0), "SystemExit"),
      ("a missing tool", lambda: need("no-such-tool"), "no-such-tool is missing"),
      ("a status", lambda: command("false"), "status 1, not 0"),
      ("too long", lambda: command("sleep", "60", seconds=1), "status 124, not 0"))
def fails(_, function, message):
    found = reason(function)
    expect(found and message in found, f"{message} is not in: {found}")


@test()
def console_is_shown():
    """A finding about a boot comes with its command and the end of its console."""
    try:
        with judged(Run(["qemu", "-m", "1"], 7, "first\nlast words\n")):
            raise ValueError("no such line")
    except Failed as failure:
        for part in "no such line", "$ qemu -m 1", "exit code 7", "last words":
            expect(part in str(failure), f"{part} is missing")
        return
    expect(False, "the finding got lost")


@test()
def heavy_ones_in_turn():
    """First come those that take much memory, and never two of them at a time."""
    light, heavy, more = Test("a", None), Test("b", None, heavy=True), Test("c", None, heavy=True)
    queue = run.Queue([light, heavy, more])
    expect_equal([queue.take(), queue.take(), queue.take()], [heavy, light, None], "order")
    queue.done(heavy)
    expect_equal([queue.take(), queue.take()], [more, None], "order, the heavy one done")


@test(*((board, append, status) for board in BOARDS
        for append, status in (("quiet", 0), ("quiet fault=panic", 1))))
def make_run(board, append, status):
    """`make run` ends with the kernel's status, also where QEMU's exit code knows nothing of it."""
    command(PYTHON, "scripts/run_qemu.py", "--out", built("debug"), "--board", board,
            "--smp", "2", "--mem", "32M", "--append", append, status=status)
