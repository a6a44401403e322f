#!/usr/bin/env node
// Writes the npm packages: `@dateline/cli` with the launcher, and a package with the program for each platform.
//
//     node npm/build.mjs FOLDER TARGET=PROGRAM...
//
// TARGET is a target of rustc, such as x86_64-unknown-linux-gnu, and PROGRAM the path of the program that was built
// for it. `@dateline/cli` depends on the packages of all platforms, so the program of each platform must be named. Each
// package is a subfolder of FOLDER. Its version is that of Cargo.toml.

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

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const manifest = readFileSync(join(root, "Cargo.toml"), "utf8").split("\n[")[0];

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
    homepage: `${field("repository")}#readme`,
    bugs: `${field("repository")}/issues`,
    repository: { type: "git", url: `git+${field("repository")}.git` },
  };
  const text = JSON.stringify({ ...common, ...details }, null, 2);
  writeFileSync(join(place, "package.json"), `${text}\n`);
  for (const [name, source] of [...files, ["LICENSE-MIT"], ["LICENSE-APACHE"]]) {
    copyFileSync(source ?? join(root, name), join(place, name));
  }
  return place;
}

const [folder, ...assignments] = process.argv.slice(2);
if (!folder || assignments.length === 0) {
  console.error("usage: node npm/build.mjs FOLDER TARGET=PROGRAM...");
  process.exit(2);
}

const programs = new Map();
for (const argument of assignments) {
  const [target, program] = argument.split(/=(.*)/s);
  if (!Object.hasOwn(PLATFORMS, target) || !program) {
    console.error(`error: ${argument} does not name a known target and its program`);
    process.exit(2);
  }
  programs.set(target, program);
}
const missing = Object.keys(PLATFORMS).filter((target) => !programs.has(target));
if (missing.length > 0) {
  console.error(`error: there is no program for ${missing.join(", ")}`);
  process.exit(2);
}

for (const [target, program] of programs) {
  const platform = PLATFORMS[target];
  const { os, cpu, libc } = platform;
  const constraints = { os: [os], cpu: [cpu], ...(libc && { libc: [libc] }), preferUnplugged: true };
  const file = os === "win32" ? "dateline.exe" : "dateline";
  const place = write(folder, packageName(platform), constraints, [[file, program]]);
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
  ["dateline.js", join(root, "npm/dateline.js")],
  ["README.md", join(root, "npm/README.md")],
];
write(folder, "@dateline/cli", details, files);
