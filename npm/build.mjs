#!/usr/bin/env node
// Writes the npm packages: `@dateline/cli` with the launcher, and a package with the program for each platform.
//
//     node npm/build.mjs FOLDER TARGET=PROGRAM...
//
// TARGET is a target of rustc, such as x86_64-unknown-linux-gnu, and PROGRAM the path of the program that was built
// for it. Each package is a subfolder of FOLDER. Its version is that of Cargo.toml.

import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const PLATFORMS = {
  "x86_64-unknown-linux-gnu": { os: "linux", cpu: "x64", libc: "glibc" },
  "x86_64-unknown-linux-musl": { os: "linux", cpu: "x64", libc: "musl" },
  "aarch64-unknown-linux-gnu": { os: "linux", cpu: "arm64", libc: "glibc" },
  "aarch64-unknown-linux-musl": { os: "linux", cpu: "arm64", libc: "musl" },
  "x86_64-apple-darwin": { os: "darwin", cpu: "x64" },
  "aarch64-apple-darwin": { os: "darwin", cpu: "arm64" },
  "x86_64-pc-windows-msvc": { os: "win32", cpu: "x64" },
};

const top = dirname(dirname(fileURLToPath(import.meta.url)));
const manifest = readFileSync(join(top, "Cargo.toml"), "utf8").split("\n[")[0];

/** Returns a value of `[package]` in Cargo.toml. */
function field(name) {
  const line = manifest.split("\n").find((line) => line.startsWith(`${name} = `));
  return JSON.parse(line.slice(line.indexOf("=") + 1));
}

function packageName({ os, cpu, libc }) {
  const suffix = { glibc: "-gnu", musl: "-musl" }[libc] ?? "";
  return `@dateline/cli-${os}-${cpu}${suffix}`;
}

/** Writes the package `name`, with `files` as pairs of a name and the path of its source. */
function write(folder, name, details, files) {
  const place = join(folder, name.slice(name.indexOf("/") + 1));
  mkdirSync(place, { recursive: true });
  const common = {
    name,
    version: field("version"),
    description: field("description"),
    license: field("license"),
    repository: { type: "git", url: `git+${field("repository")}.git` },
  };
  const text = JSON.stringify({ ...common, ...details }, null, 2);
  writeFileSync(join(place, "package.json"), `${text}\n`);
  for (const [name, source] of [...files, ["LICENSE-MIT"], ["LICENSE-APACHE"]]) {
    copyFileSync(source ?? join(top, name), join(place, name));
  }
  return place;
}

const [folder, ...programs] = process.argv.slice(2);
if (!folder || programs.length === 0) {
  console.error("usage: node npm/build.mjs FOLDER TARGET=PROGRAM...");
  process.exit(2);
}

for (const word of programs) {
  const [target, program] = word.split(/=(.*)/s);
  const platform = PLATFORMS[target];
  if (!platform || !program) {
    console.error(`error: ${word} does not name a known target and its program`);
    process.exit(2);
  }
  const { os, cpu, libc } = platform;
  const limits = { os: [os], cpu: [cpu], ...(libc && { libc: [libc] }), preferUnplugged: true };
  const file = os === "win32" ? "dateline.exe" : "dateline";
  const place = write(folder, packageName(platform), limits, [[file, program]]);
  chmodSync(join(place, file), 0o755);
}

const version = field("version");
const names = Object.values(PLATFORMS).map(packageName);
const details = {
  bin: { dateline: "dateline.js" },
  engines: { node: ">=18" },
  keywords: field("keywords"),
  optionalDependencies: Object.fromEntries(names.map((name) => [name, version])),
};
const files = [
  ["dateline.js", join(top, "npm/dateline.js")],
  ["README.md", join(top, "npm/README.md")],
];
write(folder, "@dateline/cli", details, files);
