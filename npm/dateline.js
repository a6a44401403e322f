#!/usr/bin/env node
// Runs the program from the package for this platform, with the same arguments, streams, exit code and signals.
"use strict";

const { spawn, spawnSync } = require("node:child_process");
const { isatty } = require("node:tty");

const platform = `@dateline/cli-${process.platform}-${process.arch}`;

/** Returns the path of the program in a package, or null if the package is not installed. */
function programIn(name) {
  const file = process.platform === "win32" ? "dateline.exe" : "dateline";
  try {
    return require.resolve(`${name}/${file}`);
  } catch {
    return null;
  }
}

function hasGlibc() {
  // Without this, the report lists all network connections, which takes time.
  process.report.excludeNetwork = true;
  return Boolean(process.report.getReport().header.glibcVersionRuntime);
}

function findProgram() {
  if (process.platform !== "linux") return programIn(platform);
  const gnu = programIn(`${platform}-gnu`);
  const musl = programIn(`${platform}-musl`);
  // Some package managers ignore `libc` and install both.
  return gnu && musl ? (hasGlibc() ? gnu : musl) : (gnu ?? musl);
}

/** Prints an error, and exits with the code of a wrong environment. */
function fail(error, help) {
  console.error(`error: ${error}\nhelp: ${help}`);
  process.exit(2);
}

const program = findProgram();
if (!program) {
  fail(
    `there is no program for ${process.platform} on ${process.arch}`,
    "if your system is supported, reinstall @dateline/cli without `--omit=optional`",
  );
}

/** Returns whether the program starts. If not, the loader of the system has said why. */
function starts() {
  return spawnSync(program, ["--version"], { stdio: "ignore" }).status === 0;
}

const child = spawn(program, process.argv.slice(2), { stdio: "inherit" });

// A terminal sends SIGINT to the program, too, which would end at once if it got a second one.
// `process.stdin` is not used, because Node.js would make it non-blocking for the program, too.
const fromTerminal = [0, 1, 2].some(isatty);
const handlers = {
  SIGINT: () => fromTerminal || child.kill("SIGINT"),
  SIGTERM: () => child.kill("SIGTERM"),
  SIGHUP: () => fromTerminal || child.kill("SIGHUP"),
};
for (const [signal, handler] of Object.entries(handlers)) process.on(signal, handler);

child.on("error", (error) => fail(`cannot run ${program}: ${error.message}`, "reinstall @dateline/cli"));
child.on("exit", (code, signal) => {
  if (signal === null) {
    // A loader that finds no suitable C library exits with 1, too, which would mean that there are findings.
    if (code === 1 && !starts()) {
      fail(`${program} does not run on this system`, "install Dateline with pip, uv or cargo instead");
    }
    process.exit(code);
  }
  for (const [name, handler] of Object.entries(handlers)) process.off(name, handler);
  process.kill(process.pid, signal);
});
