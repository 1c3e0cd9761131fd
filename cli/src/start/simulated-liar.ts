// SIMULATED DISHONEST PROPOSER: a process of its own that proposes wrong results of an epoch, to be paid more than it earned. Its lies are simulated; its bonds,
// proposals and bundles are real, and it does what it can to be paid: it only does not answer demands.
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { FAULTS, type FaultName } from "@tributary/protocol/proofs/faults";
import type { Hex } from "viem";
import type { Contribution, Datanets } from "./datanets.ts";
import type { Deployment } from "./deployment.ts";
import type { LocalChain } from "./local-chain.ts";
import { fundProposer } from "./model.ts";
import { runCommand } from "./run-command.ts";
import { privateKeyOf } from "./steps.ts";
import type { WorkFolder } from "./work-folder.ts";

const LIAR = fileURLToPath(new URL("../../../attribution-engine/src/mutation/dishonest-proposer.ts", import.meta.url));

/** Which wrong results are proposed: one for each fault; the same lies for the same seed and the same epoch. */
export interface Dishonesty {
  faults: readonly FaultName[];
  seed: number;
}

/** What `--dishonest` asks for: one fault, all of them, or one that the seed draws. */
export function dishonestyOf(fault: FaultName | "all" | true, seed: number): Dishonesty {
  if (fault === "all") return { faults: FAULTS, seed };
  return { faults: [fault === true ? FAULTS[seed % FAULTS.length]! : fault], seed };
}

/** A wrong result that was proposed. */
export interface ProposedLie {
  fault: FaultName;
  what: string;
  epoch: bigint;
  /** Number of the proposal in its epoch. */
  proposal: number;
  bundleHash: Hex;
  /** What the liar's position would get by it, base units. */
  gain: bigint;
  favoured: Contribution;
}

interface Printed {
  proposals: (Pick<ProposedLie, "fault" | "what" | "proposal" | "bundleHash"> & { gain: string })[];
}

/** Folder of the wrong results' bundles. */
export function liesFolder({ path }: WorkFolder): string {
  return join(path, "lies");
}

/** Has the lies proposed, in favour of a contributor that the seed draws: the liar's own position. */
export async function proposeLies(
  chain: LocalChain,
  deployment: Deployment,
  { datanets, folder, deploymentFile, epoch, dishonesty }: LyingContext,
): Promise<ProposedLie[]> {
  await fundProposer(chain, deployment, "liar");
  const { contributions } = datanets;
  const favoured = contributions[dishonesty.seed % contributions.length];
  if (favoured === undefined) throw new Error("nobody contributed, so nobody can be favoured");
  const printed = await runCommand<Printed>("the SIMULATED dishonest proposer", {
    command: process.execPath,
    args: [
      ...[LIAR, "--work", folder.engine, "--rpc", chain.rpcUrl, "--deployment", deploymentFile],
      ...["--epoch", String(epoch), "--faults", dishonesty.faults.join(","), "--favour", String(favoured.position)],
      ...["--bundles", liesFolder(folder), "--seed", String(dishonesty.seed)],
    ],
    logFile: join(folder.logs, "liar.log"),
    environment: { TRIBUTARY_PRIVATE_KEY: privateKeyOf("liar") },
  });
  return printed.proposals.map((lie) => ({ ...lie, gain: BigInt(lie.gain), epoch, favoured }));
}

interface LyingContext {
  datanets: Datanets;
  folder: WorkFolder;
  deploymentFile: string;
  epoch: bigint;
  dishonesty: Dishonesty;
}
