#!/usr/bin/env python3
"""Compares what `dateline check` says about the links of a site with what the site's generator builds.

    compare.py GENERATOR FOLDER [--dateline PROGRAM] [--strict] [--list]

GENERATOR is `jekyll` or `hugo`, FOLDER a fixture. Builds a copy of the folder with the real generator, reads every
link of every page from the HTML, and looks up whether it leads to something that was built. Links that Dateline
reports although they lead somewhere, and links that lead nowhere although Dateline does not report them, are printed.
The exit code is 1 if there are any, 2 if the site cannot be built, and else 0.

The site is built twice: once as it is, and once with the links as the pages write them, because generators rewrite
destinations. The n-th link of a page is the same in both. The dates of 'today' are the generator's own.
"""
import argparse
import html.parser
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import quote, unquote, urljoin, urlsplit

# What stops a generator, or makes an address depend on today, is corrected in the copy: fixture, page, old text,
# new text. The old text must be there, so that this list stays true.
CORRECTIONS = [
    ("jekyll", "_posts/2021-02-02-annual-report.md", "title: Annual report: fewer", "title: Annual report, fewer"),
    ("hugo", "content/en/blog/2022/2022-01-09-mirror-cleaned/index.md", '"2022-01-39"', '"2022-01-09"'),
    ("hugo", "content/en/notes/night-sky-brightness.md", '"11/9/2017"', '"2017-09-11"'),
    ("hugo", "content/en/notes/solar-filter.md", "title = The solar filter", 'title = "The solar filter"'),
    ("hugo", "content/de/notes/wetterstation.md", "date: 2099-01-05\ndate: 2099-01-05\n", "date: 2020-01-05\n"),
]

RULES = {"link/not-found", "link/missing-fragment", "link/wrong-case", "link/escapes-root"}
# References that lead nowhere stop both generators. In the copy, they lead here.
DEAD = "/dead-reference/"
# A reference as the page writes it, in the second build.
WRITTEN = "/written-reference/"

JEKYLL_PLUGIN = """
require 'json'
module References
  def initialize(name, markup, tokens)
    @written = "{% #{name.strip} #{markup.strip} %}"
    super
  rescue StandardError
    @unreadable = true
  end
  def render(context)
    return "WRITTEN" + ERB::Util.url_encode(@written) if ENV['WRITTEN']
    return "DEAD" if @unreadable
    begin
      super
    rescue ArgumentError, Jekyll::Errors::PostURLError
      "DEAD"
    end
  end
end
require 'erb'
Jekyll::Tags::Link.prepend(References)
Jekyll::Tags::PostUrl.prepend(References)
Jekyll::Hooks.register :site, :post_write do |site|
  pages = site.pages + site.documents.select { |page| page.respond_to?(:content) && page.respond_to?(:output_ext) }
  File.open(ENV['PAGES'], 'w') do |file|
    base = "#{site.config['url']}#{site.config['baseurl']}"
    pages.each do |page|
      next unless page.respond_to?(:relative_path) && page.output
      written = page.destination(site.dest)
      next unless File.file?(written)
      file.puts JSON.generate(source: page.relative_path.sub(%r{^/}, ''), file: written, url: page.url, html: page.content,
                              base: base)
    end
  end
end
""".replace('"DEAD"', f'"{DEAD}"').replace('"WRITTEN"', f'"{WRITTEN}"')

HUGO_LAYOUT = (
    '<meta name="page" content="{{ with .File }}{{ .Filename }}{{ end }}">'
    '<meta name="base" content="{{ site.BaseURL }}">\n<main>{{ .Content }}</main>\n'
)
# The further pages of a list have no links that are compared.
HUGO_LIST = "{{ if eq .Paginator.PageNumber 1 }}" + HUGO_LAYOUT + "{{ else }}Page {{ .Paginator.PageNumber }}{{ end }}"
HUGO_WRITTEN = {
    "layouts/_markup/render-link.html": '<a href="{{ .Destination }}">{{ .Text }}</a>',
    "layouts/_markup/render-image.html": '<img src="{{ .Destination }}" alt="{{ .PlainText }}">',
}
# A template cannot contain a literal `{{<`, so `printf` writes it.
HUGO_REFERENCE = (
    '{{- $written := printf "{{%%s NAME \\"%%s\\" %%s}}" "<" (.Get 0 | default (.Get "path")) ">" -}}'.replace("%%", "%")
    + WRITTEN
    + '{{ replaceRE `\\+` "%20" (urlquery $written) }}'
)


class Reader(html.parser.HTMLParser):
    """Reads the links, the ids and the named metadata of a page."""

    def __init__(self, text):
        super().__init__()
        self.links, self.ids, self.meta, self.redirect = [], set(), {}, False
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        if tag == "meta":
            self.redirect |= values.get("http-equiv") == "refresh"
            if "name" in values:
                self.meta.setdefault(values["name"], values.get("content") or "")
        if values.get("id"):
            self.ids.add(values["id"])
        if tag == "a" and values.get("name"):
            self.ids.add(values["name"])
        if tag == "a" and "href" in values:
            self.links.append(values["href"] or "")
        if tag == "img" and "src" in values:
            self.links.append(values["src"] or "")


class Failure(Exception):
    pass


def run(command, folder, **variables):
    environment = {**os.environ, "TZ": "UTC", "LC_ALL": "C.UTF-8", **variables}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, errors="replace")


def build(command, folder, **variables):
    done = run(command, folder, **variables)
    if done.returncode != 0:
        raise Failure(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")


def build_jekyll(site, out, written):
    plugin = site / "_plugins" / "compare.rb"
    plugin.parent.mkdir(exist_ok=True)
    plugin.write_text(JEKYLL_PLUGIN)
    listing = Path(f"{out}.jsonl")
    command = ["jekyll", "build", "--quiet", "--disable-disk-cache", "-s", str(site), "-d", str(out)]
    if written:
        # This plugin rewrites links before anything else sees them.
        settings = Path(f"{out}.yml")
        settings.write_text("relative_links:\n  enabled: false\n")
        command += ["--config", f"{site / '_config.yml'},{settings}"]
    build(command, site, PAGES=str(listing), **({"WRITTEN": "1"} if written else {}))
    pages = {}
    for line in listing.read_text().splitlines():
        page = json.loads(line)
        if page["file"].endswith((".html", ".htm")) and (site / page["source"]).is_file():
            place = os.path.relpath(page["file"], out)
            pages[place] = (page["source"], page["base"], Reader(page["html"]).links)
    return pages


def build_hugo(site, out, written):
    for name, text in (("single", HUGO_LAYOUT), ("list", HUGO_LIST)):
        layout = site / "layouts" / f"{name}.html"
        layout.parent.mkdir(exist_ok=True)
        layout.write_text(text)
    if written:
        for name, text in HUGO_WRITTEN.items():
            (site / name).parent.mkdir(parents=True, exist_ok=True)
            (site / name).write_text(text)
        for name in ("ref", "relref"):
            shortcode = site / "layouts" / "_shortcodes" / f"{name}.html"
            shortcode.parent.mkdir(parents=True, exist_ok=True)
            shortcode.write_text(HUGO_REFERENCE.replace("NAME", name))
    command = ["hugo", "build", "--noBuildLock", "-s", str(site), "-d", str(out)]
    build(command, site, HUGO_REFLINKSERRORLEVEL="WARNING", HUGO_REFLINKSNOTFOUNDURL=DEAD, HUGO_CACHEDIR=f"{out}.cache")
    pages = {}
    for path in out.rglob("*.html"):
        page = Reader(path.read_text(errors="replace"))
        source = page.meta.get("page")
        if source:
            place = os.path.relpath(path, out)
            pages[place] = (os.path.relpath(source, os.path.realpath(site)), page.meta["base"], page.links)
    return pages


class Site:
    """What was built, and where a link on one of its pages leads."""

    def __init__(self, out):
        self.out = out
        self.files = {os.path.relpath(path, out) for path in out.rglob("*") if path.is_file()}
        self.ids = {}

    def has_fragment(self, place, fragment):
        if place not in self.ids:
            page = Reader((self.out / place).read_text(errors="replace"))
            # The page that an alias leads to is another one: its ids count.
            self.ids[place] = None if page.redirect else page.ids
        ids = self.ids[place]
        return ids is None or fragment in ids or unquote(fragment) in ids

    def fate(self, place, base, link):
        """`live`, `dead`, `host` if it depends on the host, `outside` if it is none of the site."""
        root = urlsplit(base)
        folder = root.path.rstrip("/")
        address = "/" + (place[: -len("index.html")] if re.search(r"(^|/)index\.html$", place) else place)
        here = f"{root.scheme or 'https'}://{root.netloc or 'site.invalid'}{quote(folder + address)}"
        if link == DEAD or link == folder + DEAD or link == base.rstrip("/") + DEAD:
            return "dead"
        try:
            # Browsers take `%2e%2e` for `..`.
            target = urlsplit(urljoin(here, re.sub("%2e", ".", link, flags=re.IGNORECASE)))
            own = target.netloc.lower() == urlsplit(here).netloc.lower()
        except ValueError:
            return "outside"
        if target.scheme not in ("http", "https") or not own:
            return "outside"
        path = unquote(target.path)
        if not (path + "/").startswith(folder + "/"):
            return "dead"
        path = path[len(folder) :].lstrip("/")
        fragment = target.fragment.split(":~:")[0]
        found = self.find(path)
        if found is None:
            return "host" if self.find_elsewhere(path) else "dead"
        if fragment and fragment.lower() != "top" and found.endswith((".html", ".htm")):
            if not self.has_fragment(found, fragment):
                return "dead"
        return "live"

    def find(self, path):
        candidates = [path, (path.rstrip("/") + "/index.html").lstrip("/")]
        if not path.endswith("/"):
            candidates.append(path + ".html")
        return next((place for place in candidates if place in self.files), None)

    def find_elsewhere(self, path):
        """A page under another form of its address, as some hosts serve it: `x/` or `x.html` for each other."""
        stem = re.sub(r"(\.html|/index\.html|/)$", "", path)
        return any(place in self.files for place in (stem, stem + ".html", stem + "/index.html"))


REFERENCES = [
    (re.compile(r"\{%-?\s*(link|post_url)\s+(.*?)\s*-?%\}"), r"\1 \2"),
    (
        re.compile(
            r"\{\{[<%]\s*(ref|relref)\s+(?:[^>]*?\bpath\s*=\s*)?"
            r"(?:\"([^\"]*)\"|`([^`]*)`|([^\s\"`>%]+))[^>]*?[>%]\}\}"
        ),
        r"\1 \2\3\4",
    ),
]


def as_written(link):
    """The destination as a page writes it, in a form in which the text of a page and an attribute are alike."""
    at = link.find(WRITTEN)
    if at >= 0:
        link = link[at + len(WRITTEN) :]
    text = unquote(html.unescape(link))
    text = re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", text)
    for pattern, form in REFERENCES:
        text = pattern.sub(form, text)
    return re.sub(r"\s+", " ", text).strip()


def reported(dateline, folder):
    """The findings about links: by page, the destinations, and where they are."""
    command = [dateline, "check", "--output-format", "json", "--select", "link", "--fail-on", "never"]
    done = run(command, folder)
    if done.returncode not in (0, 1):
        raise Failure(f"{' '.join(command)} failed:\n{done.stderr}")
    found = {}
    report = json.loads(done.stdout)
    for finding in report["diagnostics"]:
        if finding["rule"] not in RULES:
            continue
        page = os.path.normpath(os.path.join(report["root"], finding["path"]))
        text = (folder / page).read_bytes()
        span = finding["range"]
        written = text[span["start"]["offset"] : span["end"]["offset"]].decode(errors="replace")
        place = f"{page}:{span['start']['line']}:{span['start']['column']}"
        found.setdefault(page, []).append((as_written(written.strip("<>")), place, finding["rule"], finding["message"]))
    return found


def matches(link, finding):
    """The span of a finding can be the destination or only its fragment."""
    return finding == link or (finding.startswith("#") and link.endswith(finding))


def correct(site, fixture):
    """Applies the corrections of a fixture to its copy."""
    for name, page, old, new in CORRECTIONS:
        if name == fixture:
            path = site / page
            text = path.read_text()
            if text.count(old) != 1:
                raise Failure(f"{page} no longer contains {old!r}: correct CORRECTIONS")
            path.write_text(text.replace(old, new))


def build_copy(builder, folder, scratch, written):
    """Builds a copy of the folder. Returns the folder with the site, and the links of its pages."""
    name = "written" if written else "real"
    site, out = scratch / name, scratch / f"{name}.out"
    shutil.copytree(folder, site)
    correct(site, folder.name)
    return out, builder(site, out, written)


def pages_of(real, written):
    """Every page that was built: its place, its source, its base, and each link as it is built and as it is written."""
    for place, (source, base, links) in sorted(real.items()):
        if place not in written or len(written[place][2]) != len(links):
            raise Failure(f"{source}: the two builds have different links")
        yield place, source, base, list(zip(links, map(as_written, written[place][2])))


class Comparison:
    """What Dateline reports, compared with what becomes of each link."""

    def __init__(self, findings, strict):
        self.findings, self.strict = findings, strict
        self.used, self.missed, self.false, self.by_host = set(), [], [], []
        self.compared = self.outside = 0

    def add(self, source, link, form, fate):
        if fate == "outside":
            self.outside += 1
            return
        here = [finding for finding in self.findings.get(source, []) if matches(form, finding[0])]
        self.used.update(here)
        if fate == "host" and not self.strict:
            self.by_host.append(bool(here))
            return
        self.compared += 1
        if fate == "live" and here:
            self.false.append((source, form, link, here))
        elif fate != "live" and not here:
            self.missed.append((source, form, link))

    def unknown(self):
        """Findings about something that is no link in the HTML, such as a definition that nothing uses."""
        return [finding for _, all_ in sorted(self.findings.items()) for finding in all_ if finding not in self.used]

    def print(self, pages):
        """Prints the differences, and returns their number."""
        for source, form, link in sorted(set(self.missed)):
            print(f"- not reported, but leads nowhere: {source}: {form}{built_as(link, form)}")
        for source, form, link, here in self.false:
            for _, place, rule, _ in here:
                print(f"+ reported, but leads somewhere: {place}: {rule}: {form}{built_as(link, form)}")
        unknown = self.unknown()
        for form, place, rule, _ in unknown:
            print(f"? reported, but no link in the HTML: {place}: {rule}: {form}")
        print(
            f"{self.compared} links of {pages} pages compared; {self.outside} lead to other sites; "
            f"{len(self.by_host)} depend on the host ({sum(self.by_host)} of them reported)"
        )
        return len(self.missed) + len(self.false) + len(unknown)


def built_as(link, form):
    return "" if form == link else f" (built: {link})"


def compare(builder, folder, options):
    """Builds the site and compares it with the report. Returns the comparison and the number of pages."""
    with tempfile.TemporaryDirectory() as scratch:
        out, real = build_copy(builder, folder, Path(scratch), written=False)
        _, written = build_copy(builder, folder, Path(scratch), written=True)
        built = Site(out)
        comparison = Comparison(reported(options.dateline, folder), options.strict)
        for place, source, base, links in pages_of(real, written):
            if options.list:
                print(f"{source} -> /{place}")
            for link, form in links:
                fate = built.fate(place, base, link)
                if options.list:
                    print(f"    {fate:8}{form}" + ("" if form == unquote(link) else f" => {link}"))
                comparison.add(source, link, form, fate)
    return comparison, len(real)


def main():
    parser = argparse.ArgumentParser(description="Compares Dateline's view of links with the site that is built.")
    parser.add_argument("generator", choices=["jekyll", "hugo"])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--dateline", default="target/debug/dateline")
    parser.add_argument("--strict", action="store_true", help="links that only some hosts serve are dead")
    parser.add_argument("--list", action="store_true", help="print every page with its address and every link")
    options = parser.parse_args()
    if os.sep in options.dateline:
        options.dateline = str(Path(options.dateline).resolve())
    builder = {"jekyll": build_jekyll, "hugo": build_hugo}[options.generator]
    comparison, pages = compare(builder, options.folder.resolve(), options)
    if comparison.compared == 0:
        raise Failure("no link was compared")
    differences = comparison.print(pages)
    if differences:
        print(f"differences: {differences}")
    return 1 if differences else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Failure as failure:
        print(failure, file=sys.stderr)
        sys.exit(2)
