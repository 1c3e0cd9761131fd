// SIMULATED DISHONEST PROPOSER: proposes wrong results of an epoch, each with a bundle that states it, in favour of a position of its own. The lies are
// simulated; bonds, proposals and bundles are real. It never answers a demand.
import { parseArgs } from "node:util";
import { manifestRoot } from "@tributary/protocol/bundle-manifest";
import { type FaultName, FAULTS } from "@tributary/protocol/proofs/faults";
import { royaltyLedgerAbi } from "@tributary/protocol/abi/royalty-ledger";
import { royaltyPositionsAbi } from "@tributary/protocol/abi/royalty-positions";
import type { Hex } from "viem";
import { attributeEpoch } from "../attribution/epoch.ts";
import { writeEpochBundle } from "../bundle/epoch-bundle.ts";
import type { Reader } from "../chain/chain-access.ts";
import { findProposal, proposeEpoch } from "../chain/propose-epoch.ts";
import { readEpochInputs } from "../chain/read-epoch-inputs.ts";
import { connectSender } from "../commands/connection.ts";
import { localData } from "../commands/epoch-files.ts";
import { readWorkIndex } from "../commands/index-file.ts";
import { honestEpoch } from "../watcher/honest-epoch.ts";
import { plainProposal } from "../watcher/test/plain-proposal.ts";
import { tellLie } from "./tell-lie.ts";

const USAGE = `usage: dishonest-proposer.ts --work <folder> --deployment <file> --rpc <url> --epoch <number> --faults <name>[,<name>…]
  --favour <position> --bundles <folder> [--seed <number>]
  --work is the engine's folder, of which only inputs are read; --bundles takes the wrong results. Faults: ${FAULTS.join(", ")}.
  The key of the proposer is TRIBUTARY_PRIVATE_KEY. Prints one JSON object.
`;

/** A lie that was proposed, as it is printed. */
interface Proposed {
  fault: FaultName;
  what: string;
  proposal: number;
  bundleHash: Hex;
  /** What the favoured position would get by it, base units. */
  gain: string;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      work: { type: "string" },
      deployment: { type: "string" },
      rpc: { type: "string" },
      epoch: { type: "string" },
      faults: { type: "string" },
      favour: { type: "string" },
      bundles: { type: "string" },
      seed: { type: "string", default: "0" },
      help: { type: "boolean", default: false },
    },
  });
  const { work, bundles } = values;
  const faults = FAULTS.filter((name) => values.faults?.split(",").includes(name));
  const [epoch, favoured, seed] = [values.epoch, values.favour, values.seed].map(Number);
  const isUsable =
    ![work, bundles, values.faults].includes(undefined) &&
    faults.length === values.faults?.split(",").length &&
    [epoch, favoured, seed].every((value) => Number.isSafeInteger(value) && value! >= 0);
  if (values.help || !isUsable) {
    process.stderr.write(USAGE);
    return values.help ? 0 : 2;
  }
  const { deployment, rpc } = values;
  const context = { work: work!, options: { deployment, rpc }, onProgress: () => undefined };
  const { access, contracts } = await connectSender(context);
  const { reader } = access;
  const { inputs, previousPayouts } = await readEpochInputs(
    reader,
    contracts,
    BigInt(epoch!),
    await localData(work!, BigInt(epoch!), () => readWorkIndex(work!)),
  );
  const positionCount = await positionsOf(reader, contracts.ledger);
  const honest = honestEpoch(inputs, await attributeEpoch(inputs), { positionCount });
  const straight = plainProposal(honest);
  const told: { lie: Omit<Proposed, "proposal">; groupsRoot: Root; payoutsRoot: Root }[] = [];
  for (const fault of faults) {
    const { what, gain, epoch: lie, shown } = tellLie(honest, straight, fault, favoured!, seed!);
    const { hash: bundleHash } = await writeEpochBundle(bundles!, inputs, shown, previousPayouts);
    told.push({
      lie: { fault, what, bundleHash, gain: String(gain) },
      groupsRoot: manifestRoot(lie.groupsTree.root),
      payoutsRoot: manifestRoot(lie.payoutsTree.root),
    });
  }
  // One after the other and without a pause, so that the windows of all begin at about the same time.
  const proposals: Proposed[] = [];
  for (const { lie, ...roots } of told) {
    const proposal = { epoch: inputs.epoch, ...roots, bundleHash: lie.bundleHash };
    await proposeEpoch(access, contracts.ledger, proposal);
    const number = (await findProposal(reader, contracts.ledger, proposal))!;
    proposals.push({ ...lie, proposal: number });
    process.stderr.write(
      `SIMULATED dishonest proposer: proposal ${number} of epoch ${epoch}, ${lie.fault}: ${lie.what}; ${lie.gain} more for position ${favoured}\n`,
    );
  }
  process.stdout.write(`${JSON.stringify({ proposals })}\n`);
  return 0;
}

type Root = ReturnType<typeof manifestRoot>;

/** How many positions exist. */
async function positionsOf(reader: Reader, ledger: Hex): Promise<bigint> {
  const address = await reader.readContract({ address: ledger, abi: royaltyLedgerAbi, functionName: "positions" });
  return reader.readContract({ address, abi: royaltyPositionsAbi, functionName: "positionCount" });
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
