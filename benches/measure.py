#!/usr/bin/env python3
"""Measures the time and the peak memory of commands, all in one go: needs hyperfine and GNU time.

usage: measure.py --pages N (--table FILE | --results FILE) NAME COMMAND [NAME COMMAND ...]

--table writes a table in Markdown. --results records the measurements of an archive of N pages in a JSON file, in
place of earlier ones of the same size. Commands may fail: a linter that finds something does. Times are medians.
"""

import argparse
import json
import os
import platform
import shlex
import subprocess
import tempfile
from pathlib import Path

RUNS = 5
MEBIBYTE = 1024 * 1024


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--pages", type=int, required=True)
    output = parser.add_mutually_exclusive_group(required=True)
    output.add_argument("--table", type=Path)
    output.add_argument("--results", type=Path)
    parser.add_argument("commands", nargs="+")
    arguments = parser.parse_args()
    names, commands = arguments.commands[::2], arguments.commands[1::2]
    if len(names) != len(commands):
        parser.error("each name needs a command")
    measured = [
        {"pages": arguments.pages, "name": name, "seconds": seconds, "peak_bytes": peak_bytes(command)}
        for name, command, seconds in zip(names, commands, medians(commands))
    ]
    if arguments.table:
        arguments.table.write_text(table(arguments.pages, measured), encoding="utf-8")
    else:
        record(arguments.results, arguments.pages, measured)


def medians(commands):
    """Returns the median time of each command in seconds."""
    with tempfile.TemporaryDirectory() as folder:
        export = Path(folder) / "times.json"
        options = ["-N", "--warmup", "1", "--runs", str(RUNS), "--ignore-failure"]
        subprocess.run(["hyperfine", *options, "--export-json", export, *commands], check=True)
        return [round(result["median"], 4) for result in json.loads(export.read_text())["results"]]


def peak_bytes(command):
    """Returns the largest resident set of one run of a command in bytes."""
    with tempfile.NamedTemporaryFile("r") as report:
        subprocess.run(
            ["/usr/bin/time", "--quiet", "-f", "%M", "-o", report.name, *shlex.split(command)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
        )
        return int(report.read()) * 1024


def table(pages, measured):
    """Returns a table in Markdown, with the ratio of each time to the first."""
    first = measured[0]["seconds"]
    rows = [
        f"| {row['name']} | {row['seconds']:.2f} s | {row['seconds'] / first:.1f} "
        f"| {row['peak_bytes'] / MEBIBYTE:,.0f} MiB |\n"
        for row in measured
    ]
    return (
        f"- Archive: {pages:,} pages\n- Machine: {machine()}\n- Build of Dateline: {build()}\n"
        f"- Times: medians of {RUNS} runs, after one to fill the caches\n\n"
        "| program | time | ratio | peak memory |\n|---|---:|---:|---:|\n" + "".join(rows)
    )


def record(path, pages, measured):
    """Adds measurements to a results file. Those of another machine or build do not compare, and are dropped."""
    conditions = {"machine": machine(), "build": build(), "runs": RUNS}
    results = json.loads(path.read_text()) if path.exists() else {}
    earlier = results.pop("measured", [])
    kept = [row for row in earlier if row["pages"] != pages] if results == conditions else []
    ordered = sorted(kept + measured, key=lambda row: (row["pages"], row["name"]))
    results = {**conditions, "measured": ordered}
    path.write_text(json.dumps(results, indent=2) + "\n")


def build():
    """Names the profile of the build, with the settings that the environment overrides."""
    prefix = "CARGO_PROFILE_RELEASE_"
    overrides = [
        f"{name.removeprefix(prefix).lower().replace('_', '-')} = {value}"
        for name, value in sorted(os.environ.items())
        if name.startswith(prefix)
    ]
    return "release" + (f" with {', '.join(overrides)}" if overrides else "")


def machine():
    """Describes this machine: its processor, number of cores, memory and system."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / MEBIBYTE / 1024
    return f"{processor()}, {os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()} {platform.machine()}"


def processor():
    """Returns the name of the processor if the system gives one."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or "an unknown processor"


if __name__ == "__main__":
    main()
