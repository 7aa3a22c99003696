#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""All of Molt's tests, two at a time.

run.py [PATTERN...]  those whose name holds one of the patterns (default: all)
run.py --list        their names

Exit status 0: none failed. A test that crashes, or whose tool is missing, has failed.
"""
import importlib
import os
import sys
import threading
import time
import traceback

HERE = os.path.dirname(os.path.abspath(__file__))
SUITES = os.path.join(HERE, "qemu")
sys.path[:0] = [os.path.join(HERE, "..", "scripts"), SUITES]

from suite import TESTS, Failed, Test  # noqa: E402  (its folder was named just now)

WORKERS = 2


def load():
    """Import each *_test.py; one that cannot be imported becomes a test that fails."""
    for name in sorted(os.listdir(SUITES)):
        if name.endswith("_test.py"):
            try:
                importlib.import_module(name[:-len(".py")])
            except Exception:
                TESTS.append(Test(f"{name}: is imported", fail, (traceback.format_exc(),)))


def fail(reason):
    raise Failed(reason)


class Queue:
    """Tests that wait for a worker, those that take much memory one at a time and first."""

    def __init__(self, tests):
        self.waiting = sorted(tests, key=lambda test: not test.heavy)
        self.heavy_running = False
        self.lock = threading.Lock()

    def take(self):
        """The next test that may run now, or None: the other worker will see to the rest."""
        with self.lock:
            for test in self.waiting:
                if not (test.heavy and self.heavy_running):
                    self.waiting.remove(test)
                    self.heavy_running |= test.heavy
                    return test
            return None

    def done(self, test):
        with self.lock:
            self.heavy_running &= not test.heavy


def run(test):
    """Run one test; returns what is wrong, or None."""
    try:
        test.function(*test.arguments)
    except Failed as failure:
        return str(failure)
    except BaseException:  # also a SystemExit, which would end the worker
        return traceback.format_exc()
    return None


def work(queue, results):
    while test := queue.take():
        start = time.monotonic()
        reason = run(test)
        queue.done(test)
        seconds = time.monotonic() - start
        text = f"ok   {test.name} ({seconds:.1f} s)"
        if reason is not None:
            text = f"FAIL {test.name}\n" + "".join(f"     {line}\n" for line in reason.splitlines())
        with queue.lock:
            results.append(reason is None)
            print(text.rstrip(), flush=True)


def run_all(tests):
    """Run the tests, two at a time; returns how many passed."""
    results, queue = [], Queue(tests)
    workers = [threading.Thread(target=work, args=(queue, results), daemon=True)
               for _ in range(WORKERS)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return results.count(True)


def main():
    load()
    patterns = [argument for argument in sys.argv[1:] if argument != "--list"]
    if any(pattern.startswith("-") for pattern in patterns):
        sys.exit(__doc__)
    tests = [test for test in TESTS
             if not patterns or any(pattern in test.name for pattern in patterns)]
    if not tests:
        sys.exit("no test has such a name")
    if "--list" in sys.argv:
        print("\n".join(test.name for test in tests))
        return 0
    passed = run_all(tests)
    print(f"{passed} passed, {len(tests) - passed} failed")
    return 0 if passed == len(tests) else 1


if __name__ == "__main__":
    sys.exit(main())
