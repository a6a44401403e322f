#!/usr/bin/env python3
"""Drives `dateline server` with the real Neovim, on an archive in a temporary folder.

    neovim.py [--dateline PROGRAM] [--nvim PROGRAM] [--links N]

neovim.lua contains the steps. After them, the whole archive is checked: every link to the renamed page must lead to
it, and every text of a link must be its title. The exit code is 1 if a step fails or Dateline finds anything.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

FERRY = "news/2012/03/24/ferry-line-reopens.md"
GATES = "news/2012/03/25/lock-gates-fail.md"


def write(root, path, text):
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def date(day):
    return day.replace("/", "-")


def event(path, title, related):
    day = "/".join(path.split("/")[1:4])
    heading = f"### [{date(day)}](/news/{day}/index.md)"
    return f"{heading}\n\n# {title}\n\n### Related:\n\n1. [{related}](/{FERRY})\n"


def make_archive(root, links):
    write(root, "dateline.toml", "[rules]\nignore = [\"day\", \"related/one-way\"]\n")
    for day in ("2012/03/25", "2012/04/1"):
        write(root, f"news/{day}/index.md", f"## [{date(day)}](/news/{day}/index.md)\n")
    write(root, FERRY, "### [2012-03-24](/news/2012/03/24/index.md)\n\n# Ferry line reopens\n")
    write(root, "news/2012/03/24/index.md",
          f"## [2012-03-24](/news/2012/03/24/index.md)\n\n### [Ferry line reopens](/{FERRY})\n")
    write(root, GATES, event(GATES, "Lock gates fail", "Ferry line opens"))
    for number in range(links - 1):
        path = f"news/2012/04/1/event-{number:04}.md"
        write(root, path, event(path, f"Event {number}", "Ferry line reopens"))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--dateline", default="target/debug/dateline")
    parser.add_argument("--nvim", default="nvim")
    parser.add_argument("--links", type=int, default=500)
    arguments = parser.parse_args()
    program = Path(arguments.dateline).resolve()
    steps = Path(__file__).with_name("neovim.lua").resolve()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder, "archive")
        make_archive(root, arguments.links)
        # Neovim keeps its state in these folders.
        home = {f"XDG_{name}_HOME": folder for name in ("CACHE", "CONFIG", "DATA", "STATE")}
        path = f"{program.parent}{os.pathsep}{os.environ['PATH']}"
        page = steps.parents[2] / "docs/editors.md"
        environment = {**os.environ, **home, "PATH": path, "PAGE": str(page), "LINKS": str(arguments.links)}
        command = [arguments.nvim, "--headless", "-u", "NONE", "-i", "NONE", "-c", f"luafile {steps}"]
        nvim = subprocess.run(command, cwd=root, env=environment, timeout=300, check=False)
        if nvim.returncode:
            sys.exit(f"Neovim ended with exit code {nvim.returncode}")
        rules = "link/not-found,related/not-found,related/stale-text,day/stale-text"
        command = [program, "check", ".", "--select", rules, "--fail-on", "warning", "--output-format", "concise"]
        report = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
        print(report.stderr, end="")
        if report.returncode:
            sys.exit("\n".join(report.stdout.splitlines()[:20]))


if __name__ == "__main__":
    main()
