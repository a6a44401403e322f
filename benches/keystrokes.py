#!/usr/bin/env python3
"""Measures how fast `dateline server` answers while somebody types, and how much memory it needs.

    keystrokes.py ARCHIVE [--dateline PROGRAM] [--page PAGE] [--keys N]

Opens a page of the archive and types sentences and links to another page, one character at a time. After each
keystroke, it waits for the diagnostics of this version. Then it types a link to a page that does not exist, and another
sentence: while a page has such a link, each check looks for the page in all folders. Prints the time from the start of
the program to the first diagnostics, the times from a keystroke to its diagnostics, the time of the first search in all
pages, and the peak memory. Writes nothing.
"""

import argparse
import json
import statistics
import subprocess
import time
from pathlib import Path

SENTENCE = "The ferry line reopens after the storm, and the lock gates hold. "
BROKEN_LINK = "\n1. [Ferry line reopens](/news/2012/03/24/no-such-page-in-any-folder.md)\n"


class Server:
    """A running server. The methods send messages and wait for others."""

    def __init__(self, program):
        self.process = subprocess.Popen([program, "server"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.requests = 0

    def send(self, message):
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.process.stdin.flush()

    def notify(self, method, params):
        self.send({"method": method, "params": params})

    def request(self, method, params):
        self.requests += 1
        self.send({"id": self.requests, "method": method, "params": params})
        return self.wait(lambda message: message.get("id") == self.requests and "method" not in message)

    def wait(self, is_wanted):
        while True:
            message = self.read()
            if is_wanted(message):
                return message

    def read(self):
        length = 0
        while line := self.process.stdout.readline().strip():
            name, value = line.split(b":")
            if name.lower() == b"content-length":
                length = int(value)
        if not length:
            raise SystemExit("the server ended")
        return json.loads(self.process.stdout.read(length))

    def diagnostics(self, uri, version):
        def is_wanted(message):
            params = message.get("params") or {}
            is_published = message.get("method") == "textDocument/publishDiagnostics"
            return is_published and params["uri"] == uri and params.get("version") == version

        return self.wait(is_wanted)["params"]["diagnostics"]

    def peak_memory(self):
        """Returns the peak memory in MiB, or None where there is no /proc."""
        status = Path(f"/proc/{self.process.pid}/status")
        if not status.exists():
            return None
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) / 1024


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("archive", type=Path)
    parser.add_argument("--dateline", default="target/release/dateline")
    parser.add_argument("--page", type=Path, help="default: the event page in the middle of the list")
    parser.add_argument("--keys", type=int, default=500)
    arguments = parser.parse_args()
    root = arguments.archive.resolve()
    pages = sorted(path for path in root.glob("news/**/*.md") if path.name not in ("index.md", "README.md"))
    page = arguments.page or pages[len(pages) // 2]
    text = (root / page).read_text(encoding="utf-8")
    uri = (root / page).as_uri()

    start = time.perf_counter()
    server = Server(arguments.dateline)
    folders = [{"uri": root.as_uri(), "name": root.name}]
    files = {"didChangeWatchedFiles": {"dynamicRegistration": True}}
    capabilities = {"general": {"positionEncodings": ["utf-16"]}, "workspace": files}
    server.request("initialize", {"capabilities": capabilities, "workspaceFolders": folders})
    server.notify("initialized", {})
    document = {"uri": uri, "languageId": "markdown", "version": 1, "text": text}
    server.notify("textDocument/didOpen", {"textDocument": document})
    server.diagnostics(uri, 1)
    first = time.perf_counter() - start

    cursor = Cursor(server, uri, text)
    other = pages[len(pages) // 3].relative_to(root).as_posix()
    link = f"\n1. [Another page](/{other})\n"
    times = cursor.type((SENTENCE * 3 + link) * arguments.keys, arguments.keys)
    cursor.type(BROKEN_LINK, len(BROKEN_LINK))
    slow = cursor.type(SENTENCE, len(SENTENCE))
    start = time.perf_counter()
    server.request("workspace/symbol", {"query": "ferry"})
    search = time.perf_counter() - start
    start = time.perf_counter()
    server.request("workspace/symbol", {"query": "ferry line"})
    again = time.perf_counter() - start
    print(f"page:                         {(root / page).relative_to(root)}")
    print(f"start to first diagnostics:   {first * 1000:.0f} ms")
    print(f"keystroke to diagnostics:     {summary(times)}")
    print(f"with a link to no page:       {summary(slow)}")
    print(f"search in all pages:          {search * 1000:.0f} ms, then {again * 1000:.0f} ms")
    memory = server.peak_memory()
    print("peak memory:                  " + (f"{memory:.0f} MiB" if memory else "unknown"))
    server.request("shutdown", None)
    server.notify("exit", None)
    raise SystemExit(server.process.wait())


def summary(times):
    times = sorted(times)
    median, late = statistics.median(times), times[len(times) * 95 // 100]
    return f"{median * 1000:.1f} ms median, {late * 1000:.1f} ms at 95 %, {times[-1] * 1000:.1f} ms at most"


class Cursor:
    """The end of an open page, where somebody types."""

    def __init__(self, server, uri, text):
        lines = text.split("\n")
        self.server, self.uri, self.version = server, uri, 1
        self.line, self.column = len(lines) - 1, len(lines[-1].encode("utf-16-le")) // 2

    def type(self, text, keys):
        """Types the first characters of a text, and returns the time of each keystroke."""
        return [self.press(character) for character in text[:keys]]

    def press(self, character):
        self.version += 1
        position = {"line": self.line, "character": self.column}
        change = {"range": {"start": position, "end": position}, "text": character}
        start = time.perf_counter()
        document = {"uri": self.uri, "version": self.version}
        self.server.notify("textDocument/didChange", {"textDocument": document, "contentChanges": [change]})
        self.server.diagnostics(self.uri, self.version)
        taken = time.perf_counter() - start
        self.line, self.column = (self.line + 1, 0) if character == "\n" else (self.line, self.column + 1)
        return taken


if __name__ == "__main__":
    main()
