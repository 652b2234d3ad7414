// Builds the pages into a directory: `node build.js DIRECTORY`. The same sources give the same bytes everywhere.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { initWasm, Resvg } from "@resvg/resvg-wasm";
import { build } from "esbuild";
import { parse } from "smol-toml";

const PAGES = ["verify", "certificates", "dashboard", "admin"];
// Verification is a module of its own, so that tests run the very file that pages import.
const SCRIPTS = [
  ...PAGES.map((page) => [page, `src/${page}/main.tsx`, "iife"]),
  ["credential", "src/credential/index.ts", "esm"],
  ["verify-worker", "src/verify/worker.ts", "iife"],
];
const ICONS = { "icon-192.png": 192, "icon-512.png": 512, "icon-maskable-512.png": 512 };
const DRAWING = "node_modules/@resvg/resvg-wasm/index_bg.wasm";
const WASM = "node_modules/zxing-wasm/dist/reader/zxing_reader.wasm";
const TRANSLATIONS = "../../credential/rendering/translations";
const PYTHON = "../../.venv/bin/python";

// Labels and values of certificates, from the files that documents are printed from: `import labels from "translations"`.
const translations = {
  name: "translations",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^translations$/ }, () => ({ path: "translations", namespace: "translations" }));
    onLoad({ filter: /.*/, namespace: "translations" }, async () => ({
      contents: JSON.stringify(await labels()),
      loader: "json",
    }));
  },
};

async function labels() {
  const names = (await readdir(TRANSLATIONS)).filter((name) => name.endsWith(".toml")).sort();
  const read = async (name) => {
    const file = parse(await readFile(join(TRANSLATIONS, name), "utf8"));
    const texts = (section) => Object.entries(file[section] ?? {}).map(([key, { text }]) => [key, text]);
    return [
      file.lang,
      {
        code: file.code,
        english: file.name,
        rtl: file.rtl,
        labels: Object.fromEntries(["titles", "labels", "statuses", "values"].flatMap(texts)),
      },
    ];
  };
  return Object.fromEntries(await Promise.all(names.map(read)));
}

// What verification takes from the gateway's own tables: `import known from "known"`.
const known = {
  name: "known",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^known$/ }, () => ({ path: "known", namespace: "known" }));
    onLoad({ filter: /.*/, namespace: "known" }, () => ({ contents: execFileSync(PYTHON, ["known.py"]), loader: "json" }));
  },
};

function bundle(name, source, format, wasmAddress) {
  return build({
    entryPoints: [source],
    bundle: true,
    minify: true,
    metafile: true,
    write: false,
    outfile: `${name}.js`,
    format,
    target: "es2022",
    charset: "utf8",
    define: { "process.env.NODE_ENV": '"production"', WASM_ADDRESS: JSON.stringify(wasmAddress) },
    legalComments: "none", // LICENSES.txt holds the texts in full
    plugins: [translations, known],
  });
}

// Telephones want pictures of the icon; those that cut it to a shape of their own want one that fills the square.
async function icons() {
  const svg = await readFile("icon.svg", "utf8");
  await initWasm(await readFile(DRAWING));
  const drawn = Object.entries(ICONS).map(([name, width]) => {
    const square = name.includes("maskable") ? svg.replace(/ rx="\d+"/, "") : svg;
    return [name, new Resvg(square, { fitTo: { mode: "width", value: width } }).render().asPng()];
  });
  return { "icon.svg": Buffer.from(svg), ...Object.fromEntries(drawn) };
}

async function bundled() {
  const files = { "zxing_reader.wasm": await readFile(WASM), ...(await icons()) };
  files["portal.webmanifest"] = withDigests(await readFile("portal.webmanifest", "utf8"), files);
  const wasmAddress = `/portal/zxing_reader.wasm?${sha256(files["zxing_reader.wasm"]).slice(0, 16)}`;
  const packages = new Set();
  for (const [name, source, format] of SCRIPTS) {
    const { outputFiles, metafile } = await bundle(name, source, format, wasmAddress);
    for (const file of outputFiles) files[file.path.split("/").pop()] = file.contents;
    for (const directory of directories(metafile)) packages.add(directory);
  }
  files["LICENSES.txt"] = Buffer.from(await licences([...packages]));
  return files;
}

// The packages of which anything is in a bundle, not merely among the inputs.
function directories({ outputs }) {
  const used = Object.values(outputs).flatMap(({ inputs }) =>
    Object.keys(inputs).filter((path) => inputs[path].bytesInOutput > 0),
  );
  const found = used.map((path) => path.match(/^.*node_modules\/(?:@[^/]+\/)?[^/]+/)?.[0]);
  return [...new Set(found.filter(Boolean))];
}

async function licences(packages) {
  const texts = await Promise.all(packages.map(licence));
  return `The scripts of these pages contain parts of these packages.\n\n${texts.sort().join("\n")}`;
}

async function licence(directory) {
  const { name, version, license } = JSON.parse(await readFile(join(directory, "package.json"), "utf8"));
  const file = (await readdir(directory)).find((entry) => /^licen[cs]e/i.test(entry));
  if (!file) throw new Error(`${name} ${version} (${license}) comes without its licence: find out the holder`);
  const text = await readFile(join(directory, file), "utf8");
  return `${"=".repeat(80)}\n${name} ${version} (${license})\n\n${text.replaceAll("\r", "").trim()}\n`;
}

function sha256(data) {
  return createHash("sha256").update(data).digest("hex");
}

// Its digest behind each address, so that browsers may keep a file for ever and still see the next one.
function withDigests(text, files) {
  const named = text.replace(/\/portal\/([\w.-]+)/g, (address, name) => `${address}?${sha256(files[name]).slice(0, 16)}`);
  return Buffer.from(named);
}

async function main(directory) {
  const files = await bundled();
  const page = await readFile("page.html", "utf8");
  for (const name of PAGES) files[`${name}.html`] = withDigests(page.replaceAll("PAGE", name), files);
  const names = Object.keys(files).sort();
  files.SHA256SUMS = Buffer.from(names.map((name) => `${sha256(files[name])}  ${name}\n`).join(""));
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true });
  await Promise.all(Object.entries(files).map(([name, data]) => writeFile(join(directory, name), data)));
}

await main(process.argv[2]);
