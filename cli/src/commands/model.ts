// tributary model register | show | price; `till` is in a file of its own
import { readFileSync, statSync } from "node:fs";
import { type Command } from "commander";
import { encodeFunctionData, type Hex, parseEventLogs, toHex } from "viem";
import { modelRegistryAbi } from "@tributary/protocol/abi/model-registry";
import { keccak256 } from "@tributary/protocol/keccak";
import { refusedBeforePayment } from "@tributary/protocol/refused-before-payment";
import { amount, basisPoints, gathered, hash, id, time, tokens } from "../amounts.ts";
import { refuseSameWeights } from "../chain/already-made.ts";
import { readTerms } from "../chain/contribution-view.ts";
import { type KeyFlags, withKeys } from "../chain/keys.ts";
import { approvalFor } from "../chain/open-tokens.ts";
import { revertReason } from "../chain/revert-reason.ts";
import { openWallet } from "../chain/wallet.ts";
import { type Chain, type ChainFlags, connect, withChain } from "../connection.ts";
import { UserError } from "../errors.ts";
import { answering, type Answer, type JsonFlag, listing, withJson } from "../output.ts";
import { tillCommand } from "./model-till.ts";

/** `IModelRegistry.IndexStatus`, by number. */
const INDEX_STATUSES = ["none", "pending", "usable"] as const;
const TOTAL_BPS = 10_000;
const MOST_WEIGHTS_BYTES = 2 ** 30;

interface RegisterFlags extends ChainFlags, KeyFlags, JsonFlag {
  weights?: string;
  weightsHash?: Hex;
  model?: bigint;
  datanet: bigint[];
  parent: bigint[];
  uri: string;
  treasury?: number;
  gateway: number;
  curators: number;
  stakers: number;
  developer: number;
  data: number;
  royalty: number;
  inputPrice: bigint;
  outputPrice: bigint;
  another: boolean;
}

interface PriceFlags extends ChainFlags, KeyFlags, JsonFlag {
  inputPrice: bigint;
  outputPrice: bigint;
}

const PRICE = "OPEN for 1,000";

export function modelCommands(program: Command): void {
  const model = program.command("model").description("register models and their versions, look at them, set prices");
  const register = model
    .command("register")
    .description("register a model, or with --model a further version of one; pays the licence fee of each datanet")
    .option("--weights <file>", "the weights (or the adapter), which are hashed")
    .option("--weights-hash <hash>", "their keccak256, instead", hash)
    .option("--model <id>", "the model that this is a further version of", id)
    .option("--datanet <id...>", "datanets it trained on, in the order of its index", gathered(id), [])
    .option("--parent <version...>", "versions it derives from, the principal one first", gathered(id), [])
    .requiredOption("--uri <uri>", "where people read what the model is")
    .option("--treasury <bps>", "share of every fee, the registry's least by default", basisPoints)
    .option("--gateway <bps>", "share of every fee", basisPoints, 500)
    .option("--curators <bps>", "share of every fee", basisPoints, 300)
    .option("--stakers <bps>", "share of every fee", basisPoints, 200)
    .requiredOption("--developer <bps>", "share of every fee", basisPoints)
    .requiredOption(
      "--data <bps>",
      "share of every fee; all shares and the ancestors' are 10,000 together",
      basisPoints,
    )
    .option("--royalty <bps>", "what models that derive from it owe its developer", basisPoints, 0)
    .requiredOption("--input-price <OPEN>", `${PRICE} input tokens`, amount)
    .requiredOption("--output-price <OPEN>", `${PRICE} output tokens`, amount);
  register.option("--another", "register weights that a version of the account has already, and pay again", false);
  withJson(withKeys(withChain(register))).action(answering(registerModel));
  const show = model.command("show").argument("<version>", "number of the model version", id);
  withJson(withChain(show.description("show a model version: lineage, split, prices, index"))).action(
    answering(showModel),
  );
  const price = model
    .command("price")
    .argument("<version>", "number of the model version", id)
    .description("change the prices of a version, which gateways read before they quote a call")
    .requiredOption("--input-price <OPEN>", `${PRICE} input tokens`, amount)
    .requiredOption("--output-price <OPEN>", `${PRICE} output tokens`, amount);
  withJson(withKeys(withChain(price))).action(answering(setPrice));
  tillCommand(model);
}

async function registerModel(flags: RegisterFlags): Promise<Answer> {
  const weightsHash = hashOf(flags);
  const chain = await connect(flags);
  const wallet = await openWallet(chain, flags);
  const registry = registryOf(chain);
  await refuseUnknownVersions(chain, flags.parent);
  // What a killed or broken run sent has to be in a block before it can be found.
  await wallet.settle();
  if (!flags.another) await refuseSameWeights(chain, wallet.address, weightsHash);
  const [{ treasuryLeastBps }, ancestors] = await Promise.all([
    chain.client.readContract({ ...registry, functionName: "parameters" }),
    chain.client.readContract({ ...registry, functionName: "ancestorsFor", args: [flags.parent] }),
  ]);
  const { gateway, curators, stakers, developer, data, treasury = treasuryLeastBps } = flags;
  const split = { treasury, gateway, curators, stakers, developer, data };
  refuseWrongTotal(
    split,
    ancestors.reduce((sum, { bps }) => sum + bps, 0),
  );
  const terms = await Promise.all(flags.datanet.map((datanet) => readTerms(chain, datanet)));
  const fee = terms.reduce((sum, { licenceFee }) => sum + licenceFee, 0n);
  const approval = await approvalFor(chain, wallet.address, registry.address, fee, "the licence fees of its datanets");
  const registration = {
    ...{ weightsHash, parents: flags.parent, datanets: flags.datanet, split, royaltyBps: flags.royalty },
    ...{ inputPrice: flags.inputPrice, outputPrice: flags.outputPrice, uri: flags.uri },
  };
  const what = "register the model";
  const simulated = { ...registry, account: wallet.address, blockTag: "pending" } as const;
  let call: Hex;
  let simulation: Promise<unknown>;
  if (flags.model === undefined) {
    const register = { functionName: "register", args: [registration] } as const;
    call = encodeFunctionData({ abi: modelRegistryAbi, ...register });
    simulation = chain.client.simulateContract({ ...simulated, ...register });
  } else {
    const register = { functionName: "registerVersion", args: [flags.model, registration] } as const;
    call = encodeFunctionData({ abi: modelRegistryAbi, ...register });
    simulation = chain.client.simulateContract({ ...simulated, ...register });
  }
  await refusedBeforePayment(simulation).catch((error: unknown) => {
    throw new UserError(`${what}: ${revertReason(error)}; nothing was sent`);
  });
  if (approval !== undefined) await wallet.transact(approval);
  const { logs, transactionHash } = await wallet.transact({ what, to: registry.address, data: call });
  const [registered] = parseEventLogs({ abi: modelRegistryAbi, eventName: "VersionRegistered", logs });
  const { model, version, records } = registered!.args;
  return {
    json: { model, version, records, weightsHash, licenceFees: fee, transaction: transactionHash },
    text: `version ${version} of model ${model} is registered: ${records} records, ${tokens(fee)} OPEN of licence fees paid; next: tributary index build --version ${version}, and tributary model till ${model} --gateway <address> for each gateway that is to sell it`,
  };
}

function hashOf({ weights, weightsHash }: RegisterFlags): Hex {
  if ((weights === undefined) === (weightsHash === undefined))
    throw new UserError("name the model by --weights <file> or by --weights-hash <hash>, one of the two");
  if (weights === undefined) return weightsHash!;
  const found = statSync(weights, { throwIfNoEntry: false });
  if (found?.isFile() !== true) throw new UserError(`--weights ${weights}: there is no such file`);
  if (found.size > MOST_WEIGHTS_BYTES)
    throw new UserError(
      `--weights ${weights} has more than 1 GiB: hash it by another tool (keccak256), and name --weights-hash`,
    );
  return toHex(keccak256(readFileSync(weights)));
}

function refuseWrongTotal(split: Readonly<Record<string, number>>, ancestors: number): void {
  const total = Object.values(split).reduce((sum, bps) => sum + bps, ancestors);
  if (total === TOTAL_BPS) return;
  const parts = Object.entries({ ...split, ancestors }).map(([name, bps]) => `${name} ${bps}`);
  throw new UserError(
    `the shares add up to ${total} basis points and must be ${TOTAL_BPS}: ${parts.join(", ")}; change one by ${TOTAL_BPS - total}`,
  );
}

async function showModel(version: bigint, flags: ChainFlags & JsonFlag): Promise<Answer> {
  const chain = await connect(flags);
  const read = { ...registryOf(chain), args: [version] } as const;
  const { client } = chain;
  await refuseUnknownVersions(chain, [version]);
  const [known, [split, ancestors], [inputPrice, outputPrice], layout, status] = await Promise.all([
    client.readContract({ ...read, functionName: "versionOf" }),
    client.readContract({ ...read, functionName: "splitOf" }),
    client.readContract({ ...read, functionName: "pricesOf" }),
    client.readContract({ ...read, functionName: "layoutOf" }),
    client.readContract({ ...read, functionName: "indexStatus" }),
  ]);
  const [index, owner] = await Promise.all([
    status === 0 ? undefined : client.readContract({ ...read, functionName: "indexOf" }),
    client.readContract({ ...registryOf(chain), functionName: "ownerOf", args: [known.model] }),
  ]);
  const shares = Object.entries({ ...split, ancestors: ancestors.reduce((sum, { bps }) => sum + bps, 0) });
  return {
    json: {
      version,
      owner,
      ...known,
      split,
      ancestors,
      inputPrice,
      outputPrice,
      layout,
      index: { status: INDEX_STATUSES[status], ...index },
    },
    text: listing({
      version: `${version} of model ${known.model}, of ${owner}`,
      weights: known.weightsHash,
      "principal parent": known.principalParent === 0n ? "none" : String(known.principalParent),
      "trained on": layout.map(({ datanet, records }) => `datanet ${datanet} (${records} records)`).join(", "),
      split: shares.map(([name, bps]) => `${name} ${bps}`).join(", "),
      prices: `${tokens(inputPrice)} OPEN for 1,000 input tokens, ${tokens(outputPrice)} for 1,000 output tokens`,
      index:
        index === undefined
          ? "none is committed"
          : `${INDEX_STATUSES[status]} since ${time(status === 1 ? index.committedAt : index.usableAt)}, root ${index.hash}, bundle ${index.bundleHash}`,
    }),
  };
}

async function setPrice(version: bigint, flags: PriceFlags): Promise<Answer> {
  const { inputPrice, outputPrice } = flags;
  const chain = await connect(flags);
  const wallet = await openWallet(chain, flags);
  await refuseUnknownVersions(chain, [version]);
  const { transactionHash } = await wallet.transact({
    what: `set the prices of version ${version}`,
    to: chain.deployment.addresses.ModelRegistry,
    data: encodeFunctionData({
      ...{ abi: modelRegistryAbi, functionName: "setPrice" },
      args: [version, inputPrice, outputPrice],
    }),
  });
  return {
    json: { version, inputPrice, outputPrice, transaction: transactionHash },
    text: `version ${version} costs ${tokens(inputPrice)} OPEN for 1,000 input tokens and ${tokens(outputPrice)} for 1,000 output tokens`,
  };
}

/** @throws UserError that says which versions there are */
async function refuseUnknownVersions(chain: Chain, versions: readonly bigint[]): Promise<void> {
  const count = await chain.client.readContract({ ...registryOf(chain), functionName: "versionCount" });
  const unknown = versions.find((version) => version > count);
  if (unknown === undefined) return;
  const known = count === 0n ? "none is registered" : `they are numbered from 1 to ${count}`;
  throw new UserError(`there is no model version ${unknown} on this chain: ${known}`);
}

function registryOf({ deployment }: Chain) {
  return { address: deployment.addresses.ModelRegistry, abi: modelRegistryAbi } as const;
}
