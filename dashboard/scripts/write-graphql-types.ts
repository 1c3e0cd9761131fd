// Writes TypeScript types of the indexer's committed GraphQL schema, which the type check holds queries against.
import { mkdir, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { loadFromSDL, minifyIntrospection, outputIntrospectionFile } from "gql.tada/internal";

const SCHEMA_FILE = fileURLToPath(new URL("../../indexer/generated/schema.graphql", import.meta.url));
const FOLDER = new URL("../generated/", import.meta.url);

const { introspection } = await loadFromSDL({ file: SCHEMA_FILE }).load();
await mkdir(FOLDER, { recursive: true });
await writeFile(
  new URL("graphql-env.d.ts", FOLDER),
  outputIntrospectionFile(minifyIntrospection(introspection), { fileType: ".d.ts", shouldPreprocess: true }),
);
