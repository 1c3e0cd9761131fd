// What became of the SIMULATED dishonest proposer's lies, read from the chain, and whether that is what ought to have.
import { demandsAbi } from "@tributary/protocol/abi/demands";
import { faultProofsAbi } from "@tributary/protocol/abi/fault-proofs";
import { royaltyLedgerAbi } from "@tributary/protocol/abi/royalty-ledger";
import { type FaultName, FAULTS } from "@tributary/protocol/proofs/faults";
import { type Address, decodeFunctionData, type Hash, parseEventLogs } from "viem";
import { roleAccount } from "./accounts.ts";
import type { Checks } from "./checks.ts";
import type { Deployment } from "./deployment.ts";
import type { LocalChain } from "./local-chain.ts";
import type { ProposedLie } from "./simulated-liar.ts";

/** ProposalStatus of the ledger. */
export const FINALIZED = 2;
const ENDED = 4;

/** How a proposal was ended; amounts are base units, those of its bond. */
export interface Ending {
  provenAs: FaultName;
  /** Function of FaultProofs or of Demands that ended it. */
  by: string;
  transaction: Hash;
  gas: bigint;
  prover: Address;
  reward: bigint;
  burned: bigint;
}

/** A wrong result and what became of it; without an ending it stands. */
export interface JudgedLie extends ProposedLie {
  bond: bigint;
  ending: Ending | undefined;
}

/** Reads from the chain what became of each lie. */
export async function judgeLies(
  chain: LocalChain,
  deployment: Deployment,
  lies: readonly ProposedLie[],
): Promise<JudgedLie[]> {
  const ledger = { address: deployment.addresses.RoyaltyLedger, abi: royaltyLedgerAbi } as const;
  const fromBlock = BigInt(deployment.block);
  const events = { ...ledger, fromBlock, strict: true } as const;
  const [proposed, ended] = await Promise.all([
    chain.client.getContractEvents({ ...events, eventName: "Proposed" }),
    chain.client.getContractEvents({ ...events, eventName: "ProposalEnded" }),
  ]);
  return Promise.all(
    lies.map(async (lie): Promise<JudgedLie> => {
      const isIts = ({ args }: { args: { epoch: bigint; proposal: number } }): boolean =>
        args.epoch === lie.epoch && args.proposal === lie.proposal;
      const { bond } = proposed.find(isIts)!.args;
      const status = await statusOf(chain, deployment, lie.epoch, lie.proposal);
      const end = ended.find(isIts);
      if (status !== ENDED || end === undefined) return { ...lie, bond, ending: undefined };
      return { ...lie, bond, ending: { ...end.args, ...(await readCause(chain, end.transactionHash)) } };
    }),
  );
}

/** ProposalStatus of a proposal. */
export async function statusOf(
  chain: LocalChain,
  deployment: Deployment,
  epoch: bigint,
  proposal: number,
): Promise<number> {
  const ledger = { address: deployment.addresses.RoyaltyLedger, abi: royaltyLedgerAbi } as const;
  const { status } = await chain.client.readContract({
    ...ledger,
    functionName: "proposalOf",
    args: [epoch, proposal],
  });
  return status;
}

/** By what the transaction ended a proposal. */
async function readCause(
  { client }: LocalChain,
  hash: Hash,
): Promise<Pick<Ending, "provenAs" | "by" | "transaction" | "gas">> {
  const [{ input }, { logs, gasUsed }] = await Promise.all([
    client.getTransaction({ hash }),
    client.getTransactionReceipt({ hash }),
  ]);
  const [proven] = parseEventLogs({ abi: faultProofsAbi, eventName: "FaultProven", logs });
  const { functionName } = decodeFunctionData({ abi: [...faultProofsAbi, ...demandsAbi], data: input });
  const provenAs = proven === undefined ? "availability" : FAULTS[proven.args.fault]!;
  return { provenAs, by: functionName, transaction: hash, gas: gasUsed };
}

/**
 * Checks that every lie was ended, and that the watcher was paid half of each bond, while the other half burned.
 * @param earned what the watcher has more than before it began, base units
 */
export function checkEndings(checks: Checks, lies: readonly JudgedLie[], earned: bigint): void {
  const watcher = roleAccount("watcher").address;
  for (const { fault, epoch, proposal, bond, ending } of lies) {
    const isRight = ending?.prover === watcher && ending.reward === bond / 2n && ending.burned === bond - ending.reward;
    checks.add(
      `epoch ${epoch}: the SIMULATED dishonest proposer's ${fault} fault was ended, its bond halved`,
      isRight,
      ending === undefined
        ? `proposal ${proposal} stands`
        : `proposal ${proposal} by ${ending.by}${ending.provenAs === fault ? "" : `, as ${ending.provenAs}, which is cheaper to prove`}: ` +
            `bond ${bond} = reward ${ending.reward} + burned ${ending.burned}`,
    );
  }
  const rewards = lies.reduce((sum, { ending }) => sum + (ending?.reward ?? 0n), 0n);
  if (lies.length > 0) checks.equal("the watcher was paid the rewards", ["more", earned], ["rewards", rewards]);
}
