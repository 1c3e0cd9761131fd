// The command `npm run schema`: writes the GraphQL schema that Ponder makes of the tables to generated/schema.graphql.
import { copyFile, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { startIndexer } from "../../launcher/start-indexer.ts";
import { startAnvil } from "../../../deploy/testing/anvil.ts";
import { deployContracts } from "../../../deploy/testing/deploy-contracts.ts";

const TARGET = fileURLToPath(new URL("../../generated/schema.graphql", import.meta.url));

const folder = await mkdtemp(join(tmpdir(), "tributary-schema-"));
const chain = await startAnvil();
try {
  const { file } = await deployContracts(chain, folder);
  const indexer = await startIndexer({ rpcUrl: chain.rpcUrl, deployment: file, databaseDirectory: folder });
  await indexer.stop();
  await mkdir(dirname(TARGET), { recursive: true });
  await copyFile(join(dirname(indexer.logFile), "generated", "schema.graphql"), TARGET);
} finally {
  await chain.stop();
  await rm(folder, { recursive: true, force: true });
}
