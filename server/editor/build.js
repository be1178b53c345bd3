// Bundle the editor into one file, with the licences of what is in it.
//
// `npm ci && npm run build` writes both into the server's static folder; `node build.js FOLDER`
// writes them elsewhere. The same sources give the same bytes, and SHA256SUMS has the hashes of both
// sources and bundle, so that a test notices a change of the one without the other.

import { createHash } from "node:crypto";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const folder = process.argv[2] ?? join(here, "..", "onrecord_server", "static");

const { metafile } = await build({
  absWorkingDir: here,
  entryPoints: ["editor.js"],
  outfile: join(folder, "query-editor.js"),
  bundle: true,
  minify: true,
  format: "iife",
  target: "es2022",
  charset: "utf8",
  legalComments: "none",
  metafile: true,
});

const packages = new Set();
for (const input of Object.keys(metafile.inputs)) {
  const name = /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1];
  if (name) packages.add(name);
}
const notices = [...packages].sort().map((name) => {
  const root = join(here, "node_modules", name);
  const { version, license } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const file = readdirSync(root).find((each) => /^licen[cs]e/i.test(each));
  if (!file) throw new Error(`${name} has no file with its licence`);
  return `${name} ${version} (${license})\n\n${readFileSync(join(root, file), "utf8").trim()}\n`;
});
writeFileSync(
  join(folder, "query-editor.licences.txt"),
  `query-editor.js has these packages in it:\n\n${notices.join(`\n${"-".repeat(72)}\n\n`)}`,
);

const names = ["build.js", "completion.js", "editor.js", "package-lock.json", "package.json", "place.js"];
const sums = [
  ...names.map((name) => [name, join(here, name)]),
  ...["query-editor.js", "query-editor.licences.txt"].map((name) => [
    `../onrecord_server/static/${name}`, join(folder, name),
  ]),
].map(([name, path]) => `${createHash("sha256").update(readFileSync(path)).digest("hex")}  ${name}\n`);
writeFileSync(join(process.argv[2] ?? here, "SHA256SUMS"), sums.join(""));
