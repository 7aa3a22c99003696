#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Run fuzz targets one after the other, each from its committed seeds.

run.py --programs FOLDER (--time SECONDS | --runs N) [--seed N] TARGET...

SECONDS are shared out among the targets; N is for each. What a target learns is kept in a
temporary folder: nothing is written into the source. Exit status 0: no finding. A finding's
input is kept beside the program, and how to see it again is printed.
"""
import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True

import assemble  # noqa: E402  (after it is settled that nothing is left beside it)

HERE = os.path.dirname(os.path.abspath(__file__))
TREES = os.path.join(HERE, "..", "host", "dts")

# Bounds for one input: seconds, and megabytes of the whole process.
INPUT_SECONDS, MEGABYTES = 10, 1024
# What a target may take beyond its time, or for all its runs, before it hangs.
GRACE_SECONDS, RUNS_SECONDS = 120, 300
SANITIZERS = {"ASAN_OPTIONS": "detect_leaks=1:allocator_may_return_null=0",
              "UBSAN_OPTIONS": "print_stacktrace=1"}


def sources(target):
    """The committed files that become the target's first inputs."""
    folders = [os.path.join(HERE, kind, target) for kind in ("corpus", "found")]
    if target == "fdt":
        folders.append(TREES)
    return [os.path.join(folder, name) for folder in folders if os.path.isdir(folder)
            for name in sorted(os.listdir(folder))]


def make_seeds(target, folder):
    """Fill `folder` with the target's inputs: those of .dts and .txt are translated, others copied."""
    for number, source in enumerate(sources(target)):
        seed = os.path.join(folder, f"{number:03}-{os.path.basename(source)}")
        if source.endswith(".dts"):
            subprocess.run(["dtc", "-q", "-I", "dts", "-O", "dtb", "-o", seed, source], check=True)
        elif source.endswith(".txt"):
            with open(source, encoding="ascii") as text, open(seed, "wb") as binary:
                binary.write(assemble.program(text))
        else:
            shutil.copy(source, seed)


def options(target, bound, seed, artifacts):
    dictionary = os.path.join(HERE, f"{target}.dict")
    return [bound, f"-seed={seed}", f"-timeout={INPUT_SECONDS}", f"-rss_limit_mb={MEGABYTES}",
            "-max_len=4096" if target == "bootargs" else "-max_len=8192",
            f"-artifact_prefix={artifacts}/{target}-", "-print_final_stats=1",
            *([f"-dict={dictionary}"] if os.path.exists(dictionary) else [])]


def run(program, arguments, seconds):
    """Run a target; returns its status, None where it hung, and what it printed."""
    environment = dict(os.environ, **SANITIZERS)
    try:
        done = subprocess.run(["timeout", "-k", "5", str(seconds), program, *arguments],
                              env=environment, check=False, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    except FileNotFoundError as missing:
        sys.exit(f"fuzz: {missing.filename} is missing")
    return done.returncode, done.stdout.decode("utf-8", "replace")


def figure(text, name):
    found = re.findall(rf"stat::{name}:\s*(\d+)", text)
    return int(found[-1]) if found else 0


def report_finding(target, program, status, text):
    print("\n".join(text.splitlines()[-40:]))
    print(f"FOUND {target}: status {status}")
    written = re.findall(r"Test unit written to (\S+)", text)
    if written:
        print(f"  input:       {written[-1]}\n"
              f"  again:       {program} {written[-1]}\n"
              f"  smaller:     {program} -minimize_crash=1 -max_total_time=60 {written[-1]}\n"
              f"  once mended: mv {written[-1]} test/fuzz/found/{target}/")


def fuzz(target, program, bound, seed, seconds):
    """Returns whether the target ran as long as it should and found nothing."""
    with tempfile.TemporaryDirectory(prefix=f"molt-fuzz-{target}-") as corpus:
        make_seeds(target, corpus)
        seeds = len(os.listdir(corpus))
        status, text = run(program, [*options(target, bound, seed, os.path.dirname(program)),
                                     corpus], seconds)
    runs = figure(text, "number_of_executed_units")
    if status or runs <= seeds:
        report_finding(target, program, status, text)
        return False
    covered = re.findall(r"cov: (\d+)", text)
    print(f"ok    {target}: {runs:,} runs from {seeds} seeds, {covered[-1]} edges, seed {seed}",
          flush=True)
    return True


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--programs", required=True)
    parser.add_argument("--time", type=int)
    parser.add_argument("--runs", type=int)
    parser.add_argument("--seed", type=int)
    parser.add_argument("target", nargs="+")
    given = parser.parse_args()
    if bool(given.time) == bool(given.runs):
        parser.error("one of --time and --runs, more than 0")
    if given.runs:
        bound, seconds = f"-runs={given.runs}", RUNS_SECONDS
    else:
        share = max(1, given.time // len(given.target))
        bound, seconds = f"-max_total_time={share}", share + GRACE_SECONDS
    seed = given.seed or int.from_bytes(os.urandom(3), "little") + 1
    programs = [os.path.abspath(os.path.join(given.programs, target)) for target in given.target]
    missing = [program for program in programs if not os.path.exists(program)]
    if missing:
        sys.exit(f"fuzz: no such target: {', '.join(missing)}")
    # Every target gets its turn, whatever the one before it found.
    good = [fuzz(target, program, bound, seed, seconds)
            for target, program in zip(given.target, programs)]
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
