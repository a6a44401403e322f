#!/usr/bin/env node
// Runs the program from the package for this platform, with the same arguments, streams, exit code and signals.
"use strict";

const { spawn } = require("node:child_process");
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

const program = findProgram();
if (!program) {
  console.error(
    `error: there is no program for ${process.platform} on ${process.arch}; if there should be one, ` +
      "reinstall @dateline/cli without `--omit=optional`",
  );
  process.exit(2);
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

child.on("error", (error) => {
  console.error(`error: cannot run ${program}: ${error.message}`);
  process.exit(2);
});
child.on("exit", (code, signal) => {
  if (signal === null) process.exit(code);
  for (const [name, handler] of Object.entries(handlers)) process.off(name, handler);
  process.kill(process.pid, signal);
});
