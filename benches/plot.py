#!/usr/bin/env python3
"""Draws docs/performance.svg from benches/results.json, and writes the table of docs/performance.md.

usage: plot.py [--results FILE] [--document FILE]

The plot is written next to the document. benches/measure.sh writes the results.
"""

import argparse
import json
import math
from html import escape
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MEBIBYTE = 1024 * 1024
BEGIN, END = "<!-- Written by benches/plot.py: begin -->\n", "<!-- end -->\n"

# Name in the results, text of the legend, and color.
SERIES = [("dateline", "dateline check", "#1f6feb"), ("floor", "a bare walk, read and parse", "#8c6d1f")]

# The sizes of a panel and its margins, in pixels.
WIDTH, HEIGHT, LEFT, TOP, GAP = 300, 220, 70, 60, 90


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--results", type=Path, default=ROOT / "benches/results.json")
    parser.add_argument("--document", type=Path, default=ROOT / "docs/performance.md")
    arguments = parser.parse_args()
    results = json.loads(arguments.results.read_text(encoding="utf-8"))
    image = arguments.document.with_suffix(".svg")
    image.write_text(plot(results), encoding="utf-8")
    document = arguments.document.read_text(encoding="utf-8")
    before, rest = document.split(BEGIN)
    after = rest.split(END, 1)[1]
    written = table(results) + f"![Time and peak memory by the number of pages]({image.name})\n\n"
    arguments.document.write_text(before + BEGIN + written + END + after, encoding="utf-8")


def table(results):
    """Returns the results as a table in Markdown, with a line for each size, and an empty line after it."""
    rows = {(row["pages"], row["name"]): row for row in results["measured"]}
    lines = [
        f"\n- Machine: {results['machine']}\n- Build of Dateline: {results['build']}\n"
        f"- Times: medians of {results['runs']} runs, after one to fill the caches\n\n",
        "| pages | check | per page | peak memory | bare walk, read and parse | check / bare |\n",
        "|---:|---:|---:|---:|---:|---:|\n",
    ]
    for pages in sorted({pages for pages, _ in rows}):
        check, floor = rows[pages, "dateline"], rows[pages, "floor"]
        lines.append(
            f"| {pages:,} | {check['seconds']:.2f} s | {check['seconds'] / pages * 1e6:.0f} µs "
            f"| {check['peak_bytes'] / MEBIBYTE:,.0f} MiB | {floor['seconds']:.2f} s "
            f"| {check['seconds'] / floor['seconds']:.2f} |\n"
        )
    return "".join(lines) + "\n"


def plot(results):
    """Returns an SVG image with two panels: time and memory by the number of pages."""
    panels = [
        Panel("Time in seconds", results, lambda row: row["seconds"]),
        Panel("Peak memory in MiB", results, lambda row: row["peak_bytes"] / MEBIBYTE),
    ]
    width = LEFT + len(panels) * (WIDTH + GAP)
    body = [legend()]
    for index, panel in enumerate(panels):
        body.append(f'<g transform="translate({LEFT + index * (WIDTH + GAP)} {TOP})">{panel.draw()}</g>')
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{TOP + HEIGHT + 50}" '
        'font-family="sans-serif" font-size="12">\n'
        "<title>Time and peak memory of a check by the number of pages</title>\n"
        '<rect width="100%" height="100%" fill="white"/>\n' + "\n".join(body) + "\n</svg>\n"
    )


def legend():
    """Returns the legend of both panels."""
    parts = []
    for index, (_, text, color) in enumerate(SERIES):
        x = LEFT + index * 160
        parts.append(f'<circle cx="{x}" cy="16" r="4" fill="{color}"/><text x="{x + 10}" y="20">{escape(text)}</text>')
    return "\n".join(parts)


class Panel:
    """A plot of one quantity. Both axes are logarithmic, so that a straight line of slope 1 means proportional."""

    def __init__(self, title, results, quantity):
        self.title = title
        self.points = {
            name: sorted((row["pages"], quantity(row)) for row in results["measured"] if row["name"] == name)
            for name, _, _ in SERIES
        }
        every = [point for points in self.points.values() for point in points]
        self.pages = sorted({pages for pages, _ in every})
        self.x_range = decades(self.pages)
        self.y_range = decades([value for _, value in every])

    def draw(self):
        """Returns the panel as SVG elements. Its origin is the upper left corner of the plot area."""
        parts = [
            f'<text x="0" y="-12" font-weight="bold">{escape(self.title)}</text>',
            f'<rect width="{WIDTH}" height="{HEIGHT}" fill="none" stroke="#999"/>',
            f'<text x="{WIDTH / 2}" y="{HEIGHT + 38}" text-anchor="middle">pages</text>',
        ]
        parts += [self.x_tick(pages) for pages in self.pages]
        low, high = self.y_range
        parts += [self.y_tick(10.0**exponent) for exponent in range(low, high + 1)]
        parts += [self.series(name, color) for name, _, color in SERIES]
        return "\n".join(parts)

    def x(self, pages):
        return place(pages, self.x_range) * WIDTH

    def y(self, value):
        return HEIGHT - place(value, self.y_range) * HEIGHT

    def x_tick(self, pages):
        x = self.x(pages)
        return (
            f'<line x1="{x:.1f}" x2="{x:.1f}" y1="0" y2="{HEIGHT}" stroke="#ddd"/>'
            f'<text x="{x:.1f}" y="{HEIGHT + 18}" text-anchor="middle">{pages:,}</text>'
        )

    def y_tick(self, value):
        y = self.y(value)
        return (
            f'<line x1="0" x2="{WIDTH}" y1="{y:.1f}" y2="{y:.1f}" stroke="#ddd"/>'
            f'<text x="-8" y="{y + 4:.1f}" text-anchor="end">{value:,g}</text>'
        )

    def series(self, name, color):
        points = [(self.x(pages), self.y(value)) for pages, value in self.points[name]]
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        dots = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{color}"/>' for x, y in points)
        return f'<polyline points="{line}" fill="none" stroke="{color}" stroke-width="2"/>{dots}'


def decades(values):
    """Returns the powers of ten between which all values are, by their exponents, which differ."""
    low = math.floor(math.log10(min(values)))
    return low, max(low + 1, math.ceil(math.log10(max(values))))


def place(value, exponents):
    """Returns where a value is between two powers of ten: 0 at the lower one, 1 at the upper one."""
    low, high = exponents
    return (math.log10(value) - low) / (high - low)


if __name__ == "__main__":
    main()
