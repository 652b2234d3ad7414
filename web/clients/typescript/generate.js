// Writes the operations with their types: `node generate.js SCHEMA DIRECTORY-OF-OPERATIONS FILE`.
import { readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { codegen } from "@graphql-codegen/core";
import * as documentPlugin from "@graphql-codegen/typed-document-node";
import * as typePlugin from "@graphql-codegen/typescript-operations";
import { parse } from "graphql";

const CONFIG = {
  documentMode: "string", // no parser of GraphQL where the client runs
  enumsAsTypes: true,
  useTypeImports: true,
  strictScalars: true,
  scalars: {
    Base64: "string",
    ByteCount: "number",
    Date: "string",
    DateTime: "string",
    JSON: "unknown",
    MobileNumber: "string",
    PartialDate: "string",
    RecordList: "Record<string, unknown>[]",
  },
};

async function parsed(path) {
  return { location: path, document: parse(await readFile(path, "utf8")) };
}

async function main(schema, operations, filename) {
  const names = (await readdir(operations)).sort();
  const text = await codegen({
    filename,
    schema: (await parsed(schema)).document,
    documents: await Promise.all(names.map((name) => parsed(join(operations, name)))),
    config: CONFIG,
    plugins: [{ types: {} }, { documents: {} }],
    pluginMap: { types: typePlugin, documents: documentPlugin },
  });
  await writeFile(filename, `// Made by generate.js from schema.graphql and web/operations.\n${text}\n`);
}

await main(...process.argv.slice(2));
