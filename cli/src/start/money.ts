// Checks that money is conserved to the unit: the splits are the formats' own, and every contract holds exactly what it still owes.
import type { Address } from "viem";
import { contributionReviewAbi } from "@tributary/protocol/abi/contribution-review";
import { datanetRegistryAbi } from "@tributary/protocol/abi/datanet-registry";
import { demandsAbi } from "@tributary/protocol/abi/demands";
import { faultProofsAbi } from "@tributary/protocol/abi/fault-proofs";
import { modelRegistryAbi } from "@tributary/protocol/abi/model-registry";
import { openTokenAbi } from "@tributary/protocol/abi/open-token";
import { operatorStakingAbi } from "@tributary/protocol/abi/operator-staking";
import { royaltyLedgerAbi } from "@tributary/protocol/abi/royalty-ledger";
import { royaltyPositionsAbi } from "@tributary/protocol/abi/royalty-positions";
import { royaltyVaultAbi } from "@tributary/protocol/abi/royalty-vault";
import { splitFee } from "@tributary/protocol/fee";
import { saltedHash } from "@tributary/protocol/salted-hash";
import { recoverReceiptSigner } from "@tributary/protocol/typed-data/receipt";
import { roleAccount } from "./accounts.ts";
import { readChannels } from "./channel-money.ts";
import type { Checks } from "./checks.ts";
import type { Payment } from "../chain/payments.ts";
import type { Deployment } from "./deployment.ts";
import type { PayoutOpening } from "./engine-results.ts";
import type { LeftClaim } from "./left-claims.ts";
import type { LocalChain } from "./local-chain.ts";
import { SPLIT, type RegisteredModel } from "./model.ts";
import type { ClosedSettlement } from "./settlement.ts";
import type { PaidCall } from "./paid-calls.ts";

export async function balanceOf(chain: LocalChain, deployment: Deployment, holder: Address): Promise<bigint> {
  return chain.client.readContract({
    address: deployment.addresses.OpenToken,
    abi: openTokenAbi,
    functionName: "balanceOf",
    args: [holder],
  });
}

/** Each closed fee against the prefix-sum split computed here. */
export function checkSplits(checks: Checks, settlements: readonly ClosedSettlement[]): void {
  for (const { id, fee, parts } of settlements) {
    const expected = splitFee(fee, { ...SPLIT, ancestors: [] });
    const names = ["treasury", "gateway", "curators", "stakers", "developer", "data"] as const;
    const total = names.reduce((sum, name) => sum + parts[name], parts.ancestors);
    checks.add(
      `settlement ${id}: the fee is split by prefix sums, without dust`,
      total === fee && names.every((name) => parts[name] === expected[name]),
      `${fee} = ${names.map((name) => `${name} ${parts[name]}`).join(" + ")}`,
    );
  }
}

/** Balance of every contract against what it says it owes; returns what of the fees is not paid yet. */
export async function checkSolvency(
  checks: Checks,
  chain: LocalChain,
  deployment: Deployment,
  model: RegisteredModel,
  when: string,
): Promise<bigint> {
  const {
    DatanetRegistry,
    ModelRegistry,
    RoyaltyVault,
    RoyaltyLedger,
    OperatorStaking,
    ContributionReview,
    FaultProofs,
    Demands,
    BatchSettlement,
    OpenToken,
  } = deployment.addresses;
  const [stakes, rewards] = await chain.client.readContract({
    address: OperatorStaking,
    abi: operatorStakingAbi,
    functionName: "owed",
    args: [OpenToken],
  });
  const [pools, accrued, bonds] = await chain.client.readContract({
    address: RoyaltyLedger,
    abi: royaltyLedgerAbi,
    functionName: "owed",
  });
  const [deposits, rewardsHeld] = await chain.client.readContract({
    address: FaultProofs,
    abi: faultProofsAbi,
    functionName: "owed",
  });
  const payouts = await unclaimedPayouts(chain, deployment);
  const channels = await readChannels(chain, deployment, model);
  const owed: [string, Address, bigint][] = [
    ["the ledger", RoyaltyLedger, pools + accrued + bonds],
    ["the vault", RoyaltyVault, payouts],
    [
      "the datanet registry",
      DatanetRegistry,
      await chain.client.readContract({ address: DatanetRegistry, abi: datanetRegistryAbi, functionName: "owed" }),
    ],
    [
      "the model registry",
      ModelRegistry,
      await chain.client.readContract({ address: ModelRegistry, abi: modelRegistryAbi, functionName: "owed" }),
    ],
    ["the staking", OperatorStaking, stakes + rewards],
    [
      "the review",
      ContributionReview,
      await chain.client.readContract({
        address: ContributionReview,
        abi: contributionReviewAbi,
        functionName: "owed",
      }),
    ],
    ["the court of proofs", FaultProofs, deposits + rewardsHeld],
    [
      "the court of demands",
      Demands,
      await chain.client.readContract({ address: Demands, abi: demandsAbi, functionName: "owed" }),
    ],
    ["the contract of the payment channels", BatchSettlement, channels.left + channels.unswept],
    ["the till", model.till, 0n],
  ];
  for (const [name, address, debt] of owed) {
    checks.equal(
      `${when}: ${name} holds exactly what it owes`,
      ["holds", await balanceOf(chain, deployment, address)],
      ["owes", debt],
    );
  }
  return pools + payouts + accrued + rewards;
}

/** What was finalised less what every position has claimed of it: the vault itself counts nothing. */
async function unclaimedPayouts(chain: LocalChain, { addresses }: Deployment): Promise<bigint> {
  const { RoyaltyLedger, RoyaltyPositions, RoyaltyVault } = addresses;
  const { sum } = await chain.client.readContract({
    address: RoyaltyLedger,
    abi: royaltyLedgerAbi,
    functionName: "payoutsRoot",
  });
  const count = await chain.client.readContract({
    address: RoyaltyPositions,
    abi: royaltyPositionsAbi,
    functionName: "positionCount",
  });
  const claimed = await Promise.all(
    Array.from({ length: Number(count) }, (_, index) =>
      chain.client.readContract({
        address: RoyaltyVault,
        abi: royaltyVaultAbi,
        functionName: "claimedOf",
        args: [BigInt(index + 1)],
      }),
    ),
  );
  return claimed.reduce((left, attributed) => left - attributed, sum);
}

/** How much OPEN there is; nothing but burning changes it. */
export async function supplyOf(chain: LocalChain, deployment: Deployment): Promise<bigint> {
  return chain.client.readContract({
    address: deployment.addresses.OpenToken,
    abi: openTokenAbi,
    functionName: "totalSupply",
  });
}

/** What the datanet registry still holds once all bonds are settled: the part of licence fees that did not divide by the records. */
export async function licenceRemainder(chain: LocalChain, deployment: Deployment): Promise<bigint> {
  return chain.client.readContract({
    address: deployment.addresses.DatanetRegistry,
    abi: datanetRegistryAbi,
    functionName: "owed",
  });
}

/** What the books of the run are made of. */
export interface Books {
  calls: readonly PaidCall[];
  settlements: readonly ClosedSettlement[];
  payments: readonly Payment[];
  /** What is left to contributors to claim. */
  left: readonly Pick<LeftClaim, "attributed" | "accrued">[];
  /** What the staker on the model was paid, and the proposers out of the treasury's part. */
  paidToStaker: bigint;
  proposerFees: bigint;
  /** What the ledger and the vault still owe, and the staking of what stakers earned. */
  unpaid: bigint;
  openings: readonly PayoutOpening[];
  /** Licence fees that were credited to positions. */
  licencesAccrued: bigint;
}

/** Checks every sum of the run against every other; returns what of the fees has reached those it was due to. */
export function checkBooks(checks: Checks, books: Books): bigint {
  const { calls, settlements, payments, left, paidToStaker, proposerFees, unpaid, openings, licencesAccrued } = books;
  const sum = <Item>(items: readonly Item[], amount: (item: Item) => bigint): bigint =>
    items.reduce((total, item) => total + amount(item), 0n);
  const fees = sum(settlements, ({ fee }) => fee);
  const pools = sum(settlements, ({ pool }) => pool);
  const direct = sum(settlements, ({ parts }) => parts.treasury + parts.ancestors + parts.curators + parts.developer);
  const stakers = sum(settlements, ({ parts }) => parts.stakers);
  const gateway = sum(settlements, ({ parts }) => parts.gateway);
  const attributed = sum(payments, (payment) => payment.attributed);
  const leftAttributed = sum(left, (claim) => claim.attributed);
  const leftAccrued = sum(left, (claim) => claim.accrued);
  const accrued = sum(payments, (payment) => payment.accrued);
  // A contributor's direct income is of licences, which are no part of the fees.
  const licencesClaimed = licencesAccrued - leftAccrued;
  const paid = gateway + attributed + accrued - licencesClaimed + proposerFees + paidToStaker;
  const charged = sum(calls, ({ receipt }) => receipt.amount);
  checks.equal("fees in = what the receipts charged", ["fees", fees], ["receipts", charged]);
  const divided = gateway + direct + stakers + pools;
  checks.equal("fees in = splits out + pools", ["fees", fees], ["gateway + direct + stakers + pools", divided]);
  const leaves = sum(openings, ({ cumulative }) => BigInt(cumulative));
  checks.equal("pools = payouts", ["pools", pools], ["payout leaves", leaves]);
  const toOwners = left.length === 0 ? "" : ", or left to its owner";
  checks.equal(
    `every payout was claimed${toOwners}`,
    ["claimed by attribution", attributed],
    [left.length === 0 ? "pools" : "pools − what is left", pools - leftAttributed],
  );
  const due = direct + licencesAccrued - proposerFees;
  checks.equal(
    `every direct accrual was claimed, or paid a proposer${toOwners}`,
    ["claimed directly", accrued],
    [`splits + licences − proposers' fees${left.length === 0 ? "" : " − what is left"}`, due - leftAccrued],
  );
  const treasury = sum(settlements, ({ parts }) => parts.treasury);
  checks.add(
    "the proposers were paid, out of the treasury's part",
    proposerFees > 0n && proposerFees <= treasury,
    `${proposerFees} of ${treasury}`,
  );
  checks.equal("the staker on the model was paid", ["streamed and claimed", paidToStaker], ["stakers' parts", stakers]);
  checks.equal("fees = paid + unpaid", ["fees", fees], ["paid + unpaid", paid + unpaid - leftAccrued]);
  checks.equal(
    left.length === 0 ? "nothing is left unpaid" : "nothing is left unpaid but what owners may claim",
    ["owed", unpaid],
    [left.length === 0 ? "nothing" : "left to owners", leftAttributed + leftAccrued],
  );
  return paid;
}

/** Checks every receipt as its payer can: the gateway's signature, and the hashes of what was asked and answered. */
export async function checkReceipts(checks: Checks, calls: readonly PaidCall[], chainId: number): Promise<void> {
  const gateway = roleAccount("gateway").address;
  let good = 0;
  for (const { receipt, signature, salt, prompt, answer } of calls) {
    const signer = await recoverReceiptSigner(receipt, signature, chainId);
    const isOwn = receipt.requestHash === saltedHash(salt, prompt) && receipt.responseHash === saltedHash(salt, answer);
    if (signer === gateway && isOwn) good++;
  }
  checks.add(
    "every receipt is the gateway's, for its own prompt and answer",
    good === calls.length,
    `${good} of ${calls.length}`,
  );
}
