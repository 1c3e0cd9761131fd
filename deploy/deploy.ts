// The command `npm run deploy -- --network <name>`: deploys the protocol to a network.
import { parseArgs } from "node:util";
import type { Hex } from "viem";
import { deployAll } from "./deploy-all.ts";
import { localPrivateKey } from "./local-keys.ts";
import { local } from "./networks/local.ts";
import type { Network } from "./parameters.ts";

const NETWORKS: readonly Network[] = [local];

const USAGE = `Usage: npm run deploy -- --network <name> [options]

Deploys what is missing; a second run sends nothing, and a run that was killed is continued.

  --network <name>    ${NETWORKS.map(({ name }) => name).join(", ")}
  --rpc <url>         node to use (default: http://127.0.0.1:8545)
  --state-dir <path>  where the deployment's state and deployments/<chainId>.json are kept (default: deploy/)
  --help              this text

DEPLOYER_PRIVATE_KEY signs; on the local network it may be left out, the first development account signs then.`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      network: { type: "string" },
      rpc: { type: "string", default: "http://127.0.0.1:8545" },
      "state-dir": { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return;
  }
  const network = NETWORKS.find(({ name }) => name === values.network);
  if (network === undefined)
    throw new Error(
      `--network ${values.network ?? "(none)"}: there is ${NETWORKS.map(({ name }) => name).join(", ")}\n\n${USAGE}`,
    );
  const stateDir = values["state-dir"];
  const deployment = await deployAll({
    rpcUrl: values.rpc,
    privateKey: privateKeyFor(network),
    parameters: network.parameters,
    confirmations: network.confirmations,
    chainIds: network.chainIds,
    ...(stateDir === undefined ? {} : { stateDir }),
    onStep: console.log,
  });
  for (const [name, address] of Object.entries(deployment.addresses)) console.log(`${name.padEnd(17)} ${address}`);
}

function privateKeyFor(network: Network): Hex {
  const key = process.env["DEPLOYER_PRIVATE_KEY"];
  if (key !== undefined) return (key.startsWith("0x") ? key : `0x${key}`) as Hex;
  if (network.isLocal) return localPrivateKey(0);
  throw new Error("DEPLOYER_PRIVATE_KEY is not set: the deployer's private key, 0x and 64 hex digits");
}

try {
  await main();
} catch (error) {
  console.error(`deploy: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
