// The command `npm run deploy -- --network <name>`: deploys the protocol to a network, rehearses that, or proves what is deployed.
import { createInterface } from "node:readline/promises";
import { parseArgs } from "node:util";
import { type Address, BaseError, formatEther, getAddress, type Hex, isAddress, isHex } from "viem";
import { connectReader, type SignerChoice, signerAddress } from "./connection.ts";
import { deployAll, type DeployOptions, refuseWrongNetwork, STATE_DIR } from "./deploy-all.ts";
import { localPrivateKey } from "@tributary/protocol/local-keys";
import { originOf, withOriginsOnly } from "@tributary/protocol/reason";
import { toldError } from "@tributary/protocol/told-error";
import type { Network } from "./network.ts";
import { NETWORKS } from "./networks/networks.ts";
import { gatherParameters } from "./parameter-sources.ts";
import { proveHandOver, refuseBroken } from "./proof/hand-over.ts";
import type { At } from "./proof/reader.ts";
import type { Statement } from "./proof/statement.ts";
import type { Rehearsal } from "./rehearsal.ts";
import { proofText, rehearsalText, toJson } from "./report.ts";
import { readResult, stateOf } from "./state.ts";
import { UsageError } from "./usage-error.ts";

const KEY = "TRIBUTARY_PRIVATE_KEY";
const RPC = "TRIBUTARY_RPC_URL";
const LOCAL_RPC = "http://127.0.0.1:8545";
const AT: readonly At[] = ["latest", "safe", "finalized"];

const USAGE = `Usage: npm run deploy -- --network <name> [options]

Deploys what is missing; a second run sends nothing, and a run that was killed is continued. Afterwards it proves from
the chain that every contract is what it should be and that the deployer has no right left.

  --network <name>     ${NETWORKS.map(({ name }) => name).join(", ")}
  --rpc <url>          node to use (default: ${RPC}, for the local network ${LOCAL_RPC})
  --dry-run            rehearse on a fork in this process and print every transaction with its cost; sends and writes nothing
  --prove              only repeat the proof of the hand-over for what is deployed
  --at <tag>           with --prove: latest, safe or finalized state (default: latest)
  --set <name>=<value> a parameter; repeatable. Also TRIBUTARY_<NAME> in the environment; see docs/parameters.md
  --parameters <file>  JSON file with parameters
  --signer <url>       JSON-RPC signer (Frame, Clef, Web3Signer ...) that holds the key of --from
  --from <address>     the deployer: with --signer, or for a rehearsal without a key
  --state-dir <path>   where the deployment's state and deployments/<chainId>.json are kept (default: deploy/)
  --retry              begin anew the steps that failed in an earlier run
  --yes                do not ask before sending to a network that is not local
  --json               print one JSON object on standard output, progress on standard error
  --help               this text

Ends with 0 when done, with 2 if it was called wrongly or a parameter cannot be read, and with 1 if anything else failed.
${KEY} signs; on the local network it may be left out, the first development account signs then.`;

const OPTIONS = {
  network: { type: "string" },
  rpc: { type: "string" },
  "dry-run": { type: "boolean", default: false },
  prove: { type: "boolean", default: false },
  at: { type: "string", default: "latest" },
  set: { type: "string", multiple: true, default: [] as string[] },
  parameters: { type: "string" },
  signer: { type: "string" },
  from: { type: "string" },
  "state-dir": { type: "string", default: STATE_DIR },
  retry: { type: "boolean", default: false },
  yes: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

type Values = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>["values"];

async function main(): Promise<void> {
  const values = readArguments();
  if (values.help) {
    console.log(USAGE);
    return;
  }
  const network = NETWORKS.find(({ name }) => name === values.network);
  if (network === undefined)
    throw new UsageError(
      `--network ${values.network ?? "(none)"}: there is ${NETWORKS.map(({ name }) => name).join(", ")}; --help says more`,
    );
  if (values.prove) await prove(network, values);
  else if (values["dry-run"]) await dryRun(network, values);
  else await deployTo(network, values);
}

function readArguments(): Values {
  try {
    return parseArgs({ options: OPTIONS }).values;
  } catch (error) {
    throw new UsageError(`${(error as Error).message}; --help says more`);
  }
}

async function deployTo(network: Network, values: Values): Promise<void> {
  const signer = chooseSigner(network, values);
  const parameters = await parametersFor(network, values);
  const rpcUrl = rpcOf(network, values);
  const progress = values.json ? console.error : console.log;
  if (network.kind !== "local") {
    const rehearsal = await rehearseOn(network, values, signerAddress(signer));
    progress(rehearsalText(rehearsal));
    refuseBroken(rehearsal.statements);
    if (rehearsal.steps.length > 0) await confirm(network, rehearsal, values.yes);
  }
  let statements: Statement[] = [];
  const options: DeployOptions = {
    rpcUrl,
    signer,
    parameters,
    confirmations: network.confirmations,
    chainIds: network.chainIds,
    stateDir: values["state-dir"],
    retry: values.retry,
    onStep: progress,
    onProof: (proven) => {
      statements = proven;
      if (!values.json) console.log(proofText(proven));
    },
  };
  const deployment = await deployAll(options);
  if (values.json) console.log(toJson({ deployment, statements }));
  else for (const [name, address] of Object.entries(deployment.addresses)) console.log(`${name.padEnd(20)} ${address}`);
  if (network.kind !== "local")
    progress(
      `Final after about ${network.finality.finalSeconds / 60} minutes; then repeat the proof: --prove --at finalized`,
    );
}

async function dryRun(network: Network, values: Values): Promise<void> {
  const from =
    values.from === undefined ? signerAddress(chooseSigner(network, values)) : addressOf(values.from, "--from");
  const rehearsal = await rehearseOn(network, values, from);
  if (values.json) console.log(toJson(rehearsal));
  else console.log(`${rehearsalText(rehearsal)}\n\n${proofText(rehearsal.statements)}`);
  refuseBroken(rehearsal.statements);
}

async function prove(network: Network, values: Values): Promise<void> {
  const at = AT.find((tag) => tag === values.at);
  if (at === undefined) throw new UsageError(`--at ${values.at}: there is ${AT.join(", ")}`);
  const rpcUrl = rpcOf(network, values);
  const { client, chainId } = await connectReader(rpcUrl);
  if (!network.chainIds.includes(chainId))
    throw new Error(`${originOf(rpcUrl)} has chain id ${chainId}, the network ${network.chainIds.join(" or ")}`);
  const state = stateOf(values["state-dir"], chainId);
  const deployment = await readResult(state);
  if (deployment === undefined)
    throw new Error(`${state.resultFile} is missing: nothing was deployed with this --state-dir`);
  const statements = await proveHandOver(client, deployment, at);
  console.log(values.json ? toJson({ chainId, at, statements }) : proofText(statements));
  refuseBroken(statements);
}

async function rehearseOn(network: Network, values: Values, from: Address): Promise<Rehearsal> {
  const parameters = await parametersFor(network, values);
  const rpcUrl = rpcOf(network, values);
  const { client, chainId } = await connectReader(rpcUrl);
  await refuseWrongNetwork({ rpcUrl, client, chainId, chainIds: network.chainIds, parameters, deployer: from });
  // Loads a simulated chain, which a deployment to a local one has no use for.
  const { rehearse } = await import("./rehearsal.ts");
  return rehearse({ rpcUrl, client, chainId, from, kind: network.kind, parameters, stateDir: values["state-dir"] });
}

/** @throws Error if the account cannot pay, or nobody agrees */
async function confirm(
  { name, title }: Network,
  { costWei, balanceWei, from }: Rehearsal,
  yes: boolean,
): Promise<void> {
  if (balanceWei < costWei)
    throw new Error(
      `${from} has ${formatEther(balanceWei)} ETH, and the deployment costs about ${formatEther(costWei)} ETH`,
    );
  if (yes) return;
  if (!process.stdin.isTTY) throw new Error(`nothing was sent: pass --yes to deploy to ${title} without being asked`);
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await prompt.question(`Send this to ${title}? Type ${name} to go on: `);
  prompt.close();
  if (answer.trim() !== name) throw new Error("nothing was sent");
}

async function parametersFor(network: Network, values: Values): ReturnType<typeof gatherParameters> {
  const { parameters: file, set } = values;
  try {
    return await gatherParameters({
      network: network.parameters,
      ...(file !== undefined && { file }),
      environment: process.env,
      set,
    });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function rpcOf({ name, kind }: Network, { rpc }: Values): string {
  const url = rpc ?? process.env[RPC] ?? (kind === "local" ? LOCAL_RPC : undefined);
  if (url === undefined) throw new UsageError(`name a node of ${name} with --rpc or ${RPC}`);
  return url;
}

function chooseSigner({ kind }: Network, { signer, from }: Values): SignerChoice {
  if (signer !== undefined) {
    if (from === undefined) throw new UsageError("--signer needs --from: the address of the deployer");
    return { url: signer, from: addressOf(from, "--from") };
  }
  const key = process.env[KEY];
  if (key === undefined) {
    if (kind === "local") return { privateKey: localPrivateKey(0) };
    throw new UsageError(`${KEY} is not set: the deployer's private key; or name a signer with --signer and --from`);
  }
  const privateKey = (key.startsWith("0x") ? key : `0x${key}`) as Hex;
  if (!isHex(privateKey) || privateKey.length !== 66)
    throw new UsageError(`${KEY} is not a private key: 64 hex digits`);
  return { privateKey };
}

/** A node's refusal without the bytes that were sent to it. */
function reasonOf(error: unknown): string {
  if (error instanceof BaseError) return [error.shortMessage, error.details].filter(Boolean).join(" ");
  return error instanceof Error ? error.message : String(error);
}

function addressOf(text: string, option: string): Address {
  if (!isAddress(text)) throw new UsageError(`${option}: ${text} is not an address`);
  return getAddress(text);
}

try {
  await main();
} catch (error) {
  process.exitCode = error instanceof UsageError ? 2 : 1;
  // A node's address may hold a key, and the node's library quotes it.
  const message = withOriginsOnly(reasonOf(error));
  process.stderr.write(toldError(message, process.exitCode, process.argv.includes("--json"), "deploy"));
}
