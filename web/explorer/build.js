// Builds the explorer page into a directory: `node build.js DIRECTORY`. The same sources give the same bytes everywhere.
import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";

const BUNDLE = {
  entryPoints: ["explorer.jsx"],
  bundle: true,
  minify: true,
  metafile: true,
  write: false,
  outdir: "out",
  format: "iife",
  target: "es2022",
  charset: "utf8",
  jsx: "automatic",
  define: { "process.env.NODE_ENV": '"production"' },
  legalComments: "none", // LICENSES.txt holds the texts in full
  loader: { ".graphql": "text" },
};

// Packages that say MIT but bring no text, with the holders that their repositories name.
const HOLDERS = {
  "@headlessui/react": "2020 Tailwind Labs",
  "react-compiler-runtime": "Meta Platforms, Inc. and affiliates.",
  "react-remove-scroll-bar": "2025 Anton Korzunov <thekashey@gmail.com>",
  "toggle-selection": "sudodoki <smd.deluzion@gmail.com>",
};

async function bundled() {
  const { outputFiles, metafile } = await build(BUNDLE);
  const text = (end) => outputFiles.find((file) => file.path.endsWith(end)).text;
  return {
    "explorer.js": text(".js"),
    "explorer.css": text(".css").replace(/@font-face\{[^}]*\}/g, ""),
    "LICENSES.txt": await licences(directories(metafile)),
  };
}

// The packages of which anything is in the bundle, not merely among the inputs.
function directories({ outputs }) {
  const used = Object.values(outputs).flatMap(({ inputs }) =>
    Object.keys(inputs).filter((path) => inputs[path].bytesInOutput > 0),
  );
  const found = used.map((path) => path.match(/^.*node_modules\/(?:@[^/]+\/)?[^/]+/)?.[0]);
  return [...new Set(found.filter(Boolean))];
}

async function licences(packages) {
  const texts = await Promise.all(packages.map(licence));
  return `explorer.js and explorer.css contain parts of these packages.\n\n${texts.sort().join("\n")}`;
}

async function licence(directory) {
  const { name, version, license } = JSON.parse(await readFile(join(directory, "package.json"), "utf8"));
  const file = (await readdir(directory)).find((entry) => /^licen[cs]e/i.test(entry));
  if (!file && !(license === "MIT" && name in HOLDERS)) {
    throw new Error(`${name} ${version} (${license}) comes without its licence: find out the holder`);
  }
  const text = file
    ? await readFile(join(directory, file), "utf8")
    : (await readFile("mit.txt", "utf8")).replace("HOLDER", HOLDERS[name]);
  return `${"=".repeat(80)}\n${name} ${version} (${license})\n\n${text.replaceAll("\r", "").trim()}\n`;
}

function sha256(text) {
  return createHash("sha256").update(text).digest("hex");
}

// Its digest behind each address, so that browsers may keep a file for ever and still see the next one.
async function page(files) {
  const html = await readFile("page.html", "utf8");
  return html.replace(/\/graphiql\/([A-Za-z.]+)/g, (address, name) => `${address}?${sha256(files[name]).slice(0, 16)}`);
}

async function main(directory) {
  const files = await bundled();
  files["page.html"] = await page(files);
  const names = Object.keys(files).sort();
  files.SHA256SUMS = names.map((name) => `${sha256(files[name])}  ${name}\n`).join("");
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true });
  await Promise.all(Object.entries(files).map(([name, text]) => writeFile(join(directory, name), text)));
}

await main(process.argv[2]);
