# SPDX-License-Identifier: BSD-2-Clause
"""The bench: every figure within its limit, the same in every run, and told as it should be."""
import contextlib
import json
import os
import re
import tempfile

import qemu
from judge import boot_success, check_failure, judged
from suite import BUILD, PYTHON, ROOT, Once, command, expect, expect_equal, image, test

BUDGET = os.path.join(ROOT, "test", "bench", "budget.json")
RECORD = os.path.join(ROOT, "docs", "performance.md")
# Boot of 120 GiB against that of 128 MiB, in instructions.
LARGE_RATIO_MAX = 1.1
PARTS = "bench=pages bench=fragmented bench=bulk"


def make_bench(log):
    """What `make bench FORMAT=json` prints on its standard output."""
    os.makedirs(BUILD, exist_ok=True)
    return command("sh", "-c", f"make bench FORMAT=json 2>'{log}' || {{ cat '{log}'; exit 1; }}")


@Once
def measured(number):
    """The file that run `number` of the bench printed."""
    path = os.path.join(BUILD, f"bench.{number}")
    text = make_bench(f"{path}.log")
    with open(f"{path}.json", "w", encoding="utf-8") as file:
        file.write(text)
    return f"{path}.json"


def load(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def merged(run):
    return {**run["figures"], **run["bytes"]}


@contextlib.contextmanager
def written(value):
    """A file that holds `value`: as it is where it is text, else as JSON."""
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
        file.write(value if isinstance(value, str) else json.dumps(value))
        file.flush()
        yield file.name


def tell(*arguments, status=0):
    """What the script says of the first run."""
    return command(PYTHON, "scripts/bench.py", "--measured", measured(1), *arguments,
                   status=status)


@test()
def budget():
    """Each figure is within its limit; each has one, and each limit its figure."""
    tell("--check")


@test()
def same_twice():
    expect_equal(load(measured(2)), load(measured(1)), "a second run")


@test()
def only_json():
    """One object, `figures` and `bytes`, whole numbers that can be right."""
    with open(measured(1), encoding="utf-8") as file:
        text = file.read()
    expect(text.startswith("{") and text.endswith("}\n"), f"not one object alone: {text[:200]!r}")
    run = json.loads(text)
    expect_equal(list(run), ["figures", "bytes"], "keys")
    for name, value in merged(run).items():
        expect(re.fullmatch(r"[a-z][a-z0-9_]*(\.[A-Za-z0-9_]+)+", name), f"name {name!r}")
        expect(type(value) is int and value > 0, f"{name} is {value!r}")
    for mem in "16M", "128M", "1G", "16G", "120G":
        stages = [value for name, value in run["figures"].items()
                  if name.startswith("boot.") and name.endswith("." + mem)]
        expect_equal(sum(stages[:-1]), stages[-1], f"the stages' sum at {mem}")


@test()
def large_machine():
    figures = load(measured(1))["figures"]
    large, small = figures["boot.total.120G"], figures["boot.total.128M"]
    expect(large <= LARGE_RATIO_MAX * small, f"120G: {large} instructions, 128M: {small}")


def told(text):
    """The script's complaints."""
    return [line[len("bench: "):] for line in text.splitlines() if line.startswith("bench: ")]


@test(("boot.total.128M",), ("page.alloc_free.order0",), ("ram.lost.128M",))
def limit_too_low(name):
    """It is named, and nothing else."""
    value = merged(load(measured(1)))[name]
    with written({**load(BUDGET), name: value - 1}) as limits:
        text = tell("--check", "--budget", limits, status=1)
        expect(re.search(rf"^{re.escape(name)} .* OVER$", text, re.MULTILINE), "no row says OVER")
    expect_equal(told(text), [f"{name} is {value:,}, over its limit of {value - 1:,}"],
                 "complaints")
    with written({**load(BUDGET), name: value}) as limits:
        expect_equal(told(tell("--check", "--budget", limits)), [], "complaints at the limit")


@test()
def limit_missing():
    limits = load(BUDGET)
    del limits["page.free.order3"]
    with written({**limits, "page.free.order99": 1}) as path:
        complaints = told(tell("--check", "--budget", path, status=1))
    expect_equal([re.sub(r"[0-9,]+ and", "N and", complaint) for complaint in complaints],
                 ["page.free.order3 is N and has no limit",
                  "page.free.order99 has a limit and was not measured"], "complaints")


@test()
def compared_with_base():
    """BASE=: what changed, what is new, what is gone."""
    run = load(measured(1))
    now = run["figures"]["page.alloc.order0"]
    base = {"figures": {**run["figures"], "page.alloc.order0": now * 2, "page.gone": 5}}
    del base["figures"]["page.free.order0"]
    with written(base) as path:
        rows = {line.split()[0]: line.split()[1:] for line in tell("--base", path).splitlines()
                if line}
        changes = json.loads(tell("--base", path, "--format", "json"))["change"]
    expect_equal(rows["page.alloc.order0"][-3:], [f"{now * 2:,}", f"{-now:+,}", "(-50.0%)"],
                 "a figure that is half of what it was")
    expect_equal(rows["page.free.order0"][-1], "new", "a figure that was not there")
    expect_equal((rows["page.gone"][0], rows["page.gone"][-1]), ("gone", "5"), "one that is gone")
    expect_equal(rows["page.alloc.order3"][-2:], ["+0", "(+0.0%)"], "one that is as it was")
    expect_equal((changes["page.alloc.order0"], changes["page.alloc.order3"]), (-now, 0),
                 "changes as JSON")


@test(("no such file", None, "No such file"),
      ("not JSON", "figures", "is not JSON"),
      ("another's", {"corners": []}, "is not what make bench FORMAT=json prints"),
      ("empty", {"figures": {}}, "is not what make bench FORMAT=json prints"),
      ("no numbers", {"figures": {"page": "7"}}, "is not what make bench FORMAT=json prints"))
def bad_base(_, content, message):
    """An error before anything is measured."""
    with written(content or "") as path:
        text = command("make", "bench", f"BASE={path if content else '/no/such.json'}", status=2)
    complaints = told(text)
    expect(len(complaints) == 1 and complaints[0].startswith("BASE=") and message in complaints[0],
           f"{message!r} is not what it says:\n{text}")
    expect("booting" not in text, "it measures")


@test()
def bad_format():
    text = command("make", "bench", "FORMAT=xml", status=2)
    expect("'xml'" in text and "booting" not in text, text)


@test()
def recorded():
    """docs/performance.md tells every figure with its limit."""
    with open(RECORD, encoding="utf-8") as file:
        rows = re.findall(r"^\| `([^`]+)` \| ([0-9,]+) \| ([0-9,]+) \|", file.read(), re.MULTILINE)
    expect_equal({name: int(limit.replace(",", "")) for name, _, limit in rows}, load(BUDGET),
                 "limits in docs/performance.md")
    names = re.findall(r"^\| `([^`]+)` \|", tell("--format", "md"), re.MULTILINE)
    expect_equal([name for name, _, _ in rows], names, "figures in docs/performance.md")


# ---- the kernel

@test()
def leaves_memory_as_it_was():
    """The self checks, which come after the bench, find every page."""
    run = boot_success("bench", append=f"quiet report=json {PARTS}", extra=qemu.EXACT)
    with judged(run):
        expect(len(run.all("bench")) > 10, "no figures")


@test()
def measures_only_on_request():
    with judged(boot_success("bench")) as run:
        expect_equal(run.all("bench"), [], "figures that nobody asked for")


@test(("bench", "bench=pages", [], "a jump and a return count as"),
      ("bench_hotplug", "bench=hotplug", qemu.EXACT, "marks no memory hotpluggable"))
def refuses(config, part, extra, message):
    """What cannot be measured fails the run, and says why."""
    run = qemu.boot(image(config), append=f"quiet checks=no {part}", extra=extra)
    with judged(run):
        check_failure(run, message)
        expect_equal(run.all("bench"), [], "figures")


@test(*zip(["bench=", "bench=page", "bench=map"]))
def unknown_part(parameter):
    with judged(qemu.boot(image("bench"), append=f"quiet {parameter}")) as run:
        expect(run.passed, "the run did not pass")
        expect('parameter bench: "' in run.text, "the word is not named")
