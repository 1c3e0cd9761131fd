// States what the contracts answer today about governance, bindings and the treasury, and that the deployer can bind nothing any more.
import type { Deployment } from "@tributary/protocol/deployment";
import { PERMIT2_ADDRESS, x402Domain } from "@tributary/protocol/typed-data/x402-domain";
import { type Address, BaseError, ContractFunctionRevertedError, zeroAddress, zeroHash } from "viem";
import type { ContractName } from "../artifacts.ts";
import type { Parameters } from "../parameters.ts";
import { disputedFaults, type ExpectedCall, withheldFaults, wrongFaults } from "./expected.ts";
import type { Reader } from "./reader.ts";
import { differs, state, type Statement } from "./statement.ts";

type Answer = {
  contract: ContractName;
  address: Address;
  functionName: string;
  args?: readonly unknown[];
  expected: unknown;
  means: string;
};

export function stateWiring(reader: Reader, d: Deployment, p: Parameters): Promise<Statement[]> {
  const a = d.addresses;
  const timelock = a.TimelockController;
  const of = (
    contract: ContractName,
    functionName: string,
    expected: unknown,
    means: string,
    args: readonly unknown[] = [],
    address: Address = a[contract],
  ): Answer => ({ contract, address, functionName, args, expected, means });

  const withheld = withheldFaults(d, p);
  const wrong = wrongFaults(d, p);
  const disputed = disputedFaults(d, p);
  const faults = 1 + withheld.length + wrong.length + disputed.length;
  const guardian = p.guardian ?? zeroAddress;
  const courtsOf = (
    where: Record<"RoyaltyLedger" | "FaultProofs" | "Demands" | "SettlementProofs" | "SketchDisputes", Address>,
    of_: string,
  ): Answer[] => [
    of("RoyaltyLedger", "guardian", guardian, `${of_}can be delayed by its guardian alone`, [], where.RoyaltyLedger),
    ...[where.FaultProofs, where.Demands, where.SettlementProofs, where.SketchDisputes].map((court) =>
      of("RoyaltyLedger", "isCourt", true, `${of_}hears its court`, [court], where.RoyaltyLedger),
    ),
    of(
      "SettlementProofs",
      "channels",
      a.BatchSettlement,
      `${of_}compares receipts with the payment channels`,
      [],
      where.SettlementProofs,
    ),
  ];

  const answers: Answer[] = [
    of("GovernanceOpen", "underlying", a.OpenToken, "wraps OPEN"),
    of("OpenGovernor", "token", a.GovernanceOpen, "counts gOPEN"),
    of("OpenGovernor", "timelock", timelock, "acts through the timelock"),
    of("OperatorStaking", "governance", timelock, "is governed by the timelock"),
    of("OperatorStaking", "open", a.OpenToken, "holds OPEN"),
    of("OperatorStaking", "faultCount", BigInt(faults), `knows ${faults} faults`),
    of(
      "OperatorStaking",
      "faultOf",
      { slasher: a.ContributionReview, mostBps: p.unrevealedBps, rewardBps: p.unrevealedRewardBps },
      "can be slashed by the review alone for votes",
      [0n],
    ),
    ...withheld.map((fault, index) =>
      of("OperatorStaking", "faultOf", fault, "can be slashed by the demands alone for what was withheld", [
        BigInt(index + 1),
      ]),
    ),
    ...wrong.map((fault, index) =>
      of(
        "OperatorStaking",
        "faultOf",
        fault,
        "can be slashed by the proofs against settlements alone for what is wrong",
        [BigInt(index + 1 + withheld.length)],
      ),
    ),
    ...disputed.map((fault, index) =>
      of("OperatorStaking", "faultOf", fault, "can be slashed by the disputes alone for votes and false sketches", [
        BigInt(index + 1 + withheld.length + wrong.length),
      ]),
    ),
    of("StakedAttributors", "staking", a.OperatorStaking, "weighs by the staking"),
    of("RoyaltyPositions", "vault", a.RoyaltyVault, "made the vault of OPEN"),
    of("RoyaltyVault", "token", a.OpenToken, "pays OPEN"),
    of("RoyaltyVault", "ledger", a.RoyaltyLedger, "is filled by the ledger"),
    of("RoyaltyLedger", "governance", timelock, "is governed by the timelock"),
    of("RoyaltyLedger", "vault", a.RoyaltyVault, "pays through the vault"),
    ...courtsOf(a, ""),
    of("ModelRegistry", "isCourt", true, "hears the demands", [a.Demands]),
    of("ModelRegistry", "isCourt", true, "hears the proofs of index faults", [a.IndexProofs]),
    of("ModelRegistry", "isCourt", true, "hears the disputes over sketches", [a.SketchDisputes]),
    of("DatanetRegistry", "review", a.ContributionReview, "is reviewed by the review"),
    of("ModelRegistry", "governance", timelock, "is governed by the timelock"),
    of("TillFactory", "implementation", a.ModelTill, "clones the till's code"),
    of("BatchSettlement", "eip712Domain", channelsDomain(d), "is what vouchers on this chain are signed for"),
    ...(["ERC3009DepositCollector", "Permit2DepositCollector"] as const).map((collector) =>
      of(collector, "x402BatchSettlement", a.BatchSettlement, "deposits into the payment channels"),
    ),
    of("Permit2DepositCollector", "PERMIT2", PERMIT2_ADDRESS, "moves tokens by Permit2"),
    of("RoyaltySharesFactory", "positions", a.RoyaltyPositions, "locks the positions"),
    of("RoyaltyPositions", "ownerOf", p.treasury ?? timelock, "has given the treasury's position to its owner", [1n]),
    ...d.paymentTokens.flatMap((paymentToken) => courtsOf(paymentToken, `(${paymentToken.symbol}) `)),
    ...d.paymentTokens.flatMap(({ symbol, token, RoyaltyVault, RoyaltyLedger, ModelTill, TillFactory }) => [
      of("RoyaltyVault", "token", token, `pays ${symbol}`, [], RoyaltyVault),
      of("RoyaltyVault", "ledger", RoyaltyLedger, `(${symbol}) is filled by the ledger`, [], RoyaltyVault),
      of("RoyaltyLedger", "governance", timelock, `(${symbol}) is governed by the timelock`, [], RoyaltyLedger),
      of("RoyaltyLedger", "vault", RoyaltyVault, `(${symbol}) pays through the vault`, [], RoyaltyLedger),
      of("TillFactory", "implementation", ModelTill, `(${symbol}) clones the till's code`, [], TillFactory),
    ]),
  ];
  return Promise.all(
    answers.map(({ contract, address, functionName, args, expected, means }) =>
      state(contract, `${means}: ${functionName}()`, async () =>
        differs(await reader.call(contract, address, functionName, args), expected),
      ),
    ),
  );
}

/** Answer of ERC-5267: the fields that the domain has, and their values. */
function channelsDomain({ chainId, addresses }: Deployment): readonly unknown[] {
  const { name, version } = x402Domain(chainId);
  return ["0x0f", name, version, BigInt(chainId), addresses.BatchSettlement, zeroHash, []];
}

/** Stake stays answerable for longer than anything that slashes it may need. */
export function stateAnswerable(reader: Reader, { addresses: a, paymentTokens }: Deployment): Promise<Statement> {
  return state(
    "OperatorStaking",
    "unbonding lasts longer than the review, the demands, the proofs and the disputes may slash",
    async () => {
      const { unbondingSeconds } = (await reader.call("OperatorStaking", a.OperatorStaking, "parameters")) as {
        unbondingSeconds: number;
      };
      const slashers = [
        ["ContributionReview", a.ContributionReview],
        ...[a, ...paymentTokens].flatMap(({ Demands, SettlementProofs, SketchDisputes }) => [
          ["Demands", Demands] as const,
          ["SettlementProofs", SettlementProofs] as const,
          ["SketchDisputes", SketchDisputes] as const,
        ]),
      ] as const;
      const answerable = await Promise.all(
        slashers.map(async ([name, address]) => (await reader.call(name, address, "answerableSeconds")) as number),
      );
      const longest = Math.max(...answerable);
      return unbondingSeconds > longest ? undefined : `${unbondingSeconds} s of unbonding, ${longest} s answerable`;
    },
  );
}

/** Called again by the deployer, a binding reverts. */
export function stateBound(reader: Reader, call: ExpectedCall, deployer: Address): Promise<Statement> {
  const { contract, address, functionName, args } = call;
  return state(contract, `${functionName} cannot be called again`, async () => {
    try {
      await reader.call(contract, address, functionName, args, deployer);
      return "the deployer can bind it anew";
    } catch (error) {
      const reverted =
        error instanceof BaseError && error.walk((cause) => cause instanceof ContractFunctionRevertedError);
      if (reverted instanceof ContractFunctionRevertedError) return differs(reverted.data?.errorName, "AlreadyBound");
      throw error;
    }
  });
}
