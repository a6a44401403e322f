#!/usr/bin/env python3
"""Drives `dateline server` with the real Emacs and eglot, on an archive in a temporary folder.

    emacs.py [--dateline PROGRAM] [--emacs PROGRAM]

emacs.el contains the steps. The exit code is 1 if a step fails.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from neovim import GATES, make_archive


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--dateline", default="target/debug/dateline")
    parser.add_argument("--emacs", default="emacs")
    arguments = parser.parse_args()
    program = Path(arguments.dateline).resolve()
    steps = Path(__file__).with_name("emacs.el").resolve()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder, "archive")
        make_archive(root, 2)
        # Emacs takes the root of the project from the repository.
        subprocess.run(["git", "init", "--quiet", root], check=True)
        path = f"{program.parent}{os.pathsep}{os.environ['PATH']}"
        page = steps.parents[2] / "docs/editors.md"
        environment = {**os.environ, "HOME": folder, "PATH": path, "PAGE": str(page), "FILE": GATES}
        # Not --quick: it would hide the packages of the system.
        command = [arguments.emacs, "--batch", "--load", steps]
        emacs = subprocess.run(command, cwd=root, env=environment, timeout=300, check=False)
        if emacs.returncode:
            sys.exit(f"Emacs ended with exit code {emacs.returncode}")


if __name__ == "__main__":
    main()
