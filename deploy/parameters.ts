// What a deployment is parameterised with: the meaning and the range of every parameter, and how they must relate.
import { type Address, isAddress, isAddressEqual, zeroAddress } from "viem";

const HOUR = 3_600;
const DAY = 24 * HOUR;
const YEAR = 365 * DAY;
const SUPPLY = 1_000_000_000n * 10n ** 18n;
const BPS = 10_000;
const MOST_TOKENS = 8;

type Described = {
  /** Contract that is given it. */
  of: string;
  /** Why it is there, for people; one clause. */
  says: string;
};
type NumberSpec = Described & { kind: "seconds" | "bps"; least: number; most: number };
type AmountSpec = Described & { kind: "amount"; least: bigint; most: bigint };
type AddressSpec = Described & { kind: "address"; optional: true; absent: string };
type TokensSpec = Described & { kind: "tokens"; most: number };
export type Spec = NumberSpec | AmountSpec | AddressSpec | TokensSpec;

/** A further token that calls can be paid in, with the amounts of its own ledger in base units of that token. */
export type PaymentToken = {
  /** Names its contracts in the deployment: capital letters and digits. */
  symbol: string;
  token: Address;
  bondFloor: bigint;
  mostBondFloor: bigint;
  proposerFee: bigint;
  mostProposerFee: bigint;
  proofDeposit: bigint;
  demandDeposit: bigint;
  inclusionDeposit: bigint;
  disputeBondFloor: bigint;
};

const seconds = (of: string, least: number, most: number, says: string) =>
  ({ kind: "seconds", of, least, most, says }) as const;
const bps = (of: string, least: number, most: number, says: string) =>
  ({ kind: "bps", of, least, most, says }) as const;
const amount = (of: string, says: string, most: bigint = SUPPLY, least = 0n) =>
  ({ kind: "amount", of, least, most, says }) as const;
const address = (of: string, absent: string, says: string) =>
  ({ kind: "address", of, optional: true, absent, says }) as const;

/** Every parameter. Amounts are base units of OPEN (10^18 to one OPEN). */
export const SPECS = {
  openToken: address("OpenToken", "a new token is deployed", "an OPEN token that exists already"),
  tokenRecipient: address("OpenToken", "required, unless `openToken` is given", "receives the whole supply of OPEN"),
  treasury: address("RoyaltyPositions", "the timelock", "first owner of position 1, which earns the treasury's shares"),
  agentRegistry: address(
    "AgentRegistry",
    "a new registry is deployed, where the network has none",
    "an ERC-8004 identity registry that exists",
  ),
  batchSettlement: address(
    "BatchSettlement",
    "x402's public one; where the network has none, a new one is deployed",
    "payment channels that exist",
  ),
  erc3009Collector: address(
    "ERC3009DepositCollector",
    "goes with `batchSettlement`",
    "the collector of their deposits by ERC-3009",
  ),
  permit2Collector: address(
    "Permit2DepositCollector",
    "goes with `batchSettlement`",
    "the collector of their deposits by Permit2",
  ),

  timelockDelaySeconds: seconds("TimelockController", 1, 30 * DAY, "from a decision to the earliest execution"),
  votingDelaySeconds: seconds("OpenGovernor", 0, 14 * DAY, "from a proposal to its vote"),
  votingPeriodSeconds: seconds("OpenGovernor", 1, 30 * DAY, "length of a vote"),
  lateQuorumSeconds: seconds("OpenGovernor", 0, 14 * DAY, "least time left to vote once the quorum is reached"),
  proposalThreshold: amount("OpenGovernor", "votes that a proposer needs", SUPPLY / 100n),
  governorQuorumBps: bps(
    "OpenGovernor",
    100,
    3_000,
    "share of the gOPEN supply that must take part; a vote can raise it, and lower it to this",
  ),
  governorLeastQuorum: amount("OpenGovernor", "votes below which the quorum never falls", SUPPLY / 100n),

  unbondingSeconds: seconds("OperatorStaking", 1, 2 * YEAR, "from leaving a pool to being paid"),
  commissionDelaySeconds: seconds("OperatorStaking", 1, 2 * YEAR, "from announcing a commission to its use"),
  streamSeconds: seconds("OperatorStaking", 1, 2 * YEAR, "over which a reward is paid out to a pool"),
  attributorQuorumBps: bps("StakedAttributors", 1, BPS, "share of the attributors' stake that must sign sketches"),
  attributorLeastStake: amount("StakedAttributors", "stake below which a signature counts nothing", SUPPLY, 1n),

  epochSeconds: seconds("RoyaltyLedger", 1, 30 * DAY, "length of an epoch"),
  sketchWindowSeconds: seconds("RoyaltyLedger", 0, 30 * DAY, "from a sketch commit to its settlement being ready"),
  challengeWindowSeconds: seconds("RoyaltyLedger", 1, 30 * DAY, "from a proposal to its finalisation"),
  settlementLifetimeSeconds: seconds(
    "RoyaltyLedger",
    1,
    YEAR,
    "until a settlement without sketches goes to the treasury",
  ),
  bondFloor: amount("RoyaltyLedger", "least bond of a proposal; a vote can raise it, and lower it to this"),
  bondBps: bps(
    "RoyaltyLedger",
    0,
    2_000,
    "bond of a proposal, of the pools it distributes, where that is more; a vote can raise it, and lower it to this",
  ),
  mostBondFloor: amount("RoyaltyLedger", "cap of `bondFloor`"),
  proposerFee: amount("RoyaltyLedger", "most that a finalised proposal earns from the treasury's income"),
  mostProposerFee: amount("RoyaltyLedger", "cap of `proposerFee`"),

  guardian: address(
    "RoyaltyLedger",
    "nobody",
    "may delay the finalisation of an epoch, 7 days in all, and nothing else",
  ),

  proofDeposit: amount(
    "FaultProofs, IndexProofs, SettlementProofs",
    "deposit of whoever reserves the reward of a proof",
    SUPPLY,
    1n,
  ),
  answerSeconds: seconds("Demands", 1, DAY, "to answer a demand"),
  reactionSeconds: seconds("Demands", 1, DAY, "from then on, to prove or demand by what was revealed"),
  demandDeposit: amount("Demands", "deposit of a demand, which pays its answer; doubles every 16 demands", SUPPLY, 1n),
  withheldSketchesBps: bps("Demands", 1, BPS, "of an attributor's stake, slashed for signed sketches not revealed"),
  withheldReceiptsBps: bps("Demands", 1, BPS, "of a gateway's stake, slashed for receipts not revealed"),
  withheldAnswerableSeconds: seconds("Demands", 1, YEAR, "in which that can be slashed"),
  withheldRewardBps: bps("OperatorStaking", 0, 5_000, "of such a slash, the share of who demanded; the rest burns"),

  wrongSketchesBps: bps(
    "SettlementProofs",
    1,
    BPS,
    "of an attributor's stake, slashed for signed sketches proven wrong",
  ),
  wrongReceiptsBps: bps(
    "SettlementProofs",
    1,
    BPS,
    "of a gateway's stake, slashed for receipts proven wrong, signed twice, or not settled",
  ),
  wrongAnswerableSeconds: seconds(
    "SettlementProofs",
    1,
    YEAR,
    "in which that can be slashed, but for what is signed twice",
  ),
  wrongRewardBps: bps("OperatorStaking", 0, 5_000, "of such a slash, the share of who proved it; the rest burns"),
  inclusionGraceSeconds: seconds(
    "SettlementProofs",
    1,
    30 * DAY,
    "from a receipt to the first demand that it be settled",
  ),
  inclusionDemandSeconds: seconds("SettlementProofs", 1, YEAR, "from a receipt to the last demand that it be settled"),
  inclusionAnswerSeconds: seconds(
    "SettlementProofs",
    1,
    90 * DAY,
    "to settle a receipt that is demanded, and to show it",
  ),
  inclusionDeposit: amount("SettlementProofs", "deposit of such a demand, which pays its answer", SUPPLY, 1n),
  disputeCommitSeconds: seconds("SketchDisputes", 1, 30 * DAY, "in which attributors commit their votes"),
  disputeRevealSeconds: seconds("SketchDisputes", 1, 30 * DAY, "in which attributors reveal their votes"),
  disputeResolveSeconds: seconds("SketchDisputes", 1, 30 * DAY, "after a vote, in which its outcome can take effect"),
  disputeQuorumBps: bps(
    "SketchDisputes",
    1,
    BPS,
    "share of the attributors' stake that must be revealed for an answer",
  ),
  disputeBondFloor: amount("SketchDisputes", "least bond of a dispute over a sketch", SUPPLY, 1n),
  disputeBondBps: bps("SketchDisputes", 0, 2_000, "bond of a dispute, of the settlement's pool, where that is more"),
  disputeUnansweredBps: bps("SketchDisputes", 1, 5_000, "of the bond of a dispute that nobody answered, what burns"),
  disputeUnrevealedBps: bps("SketchDisputes", 1, BPS, "of an attributor's stake, slashed for a vote not revealed"),
  falseSketchBps: bps("SketchDisputes", 1, BPS, "of an attributor's stake, slashed for signing a sketch voted false"),
  admittedSketchBps: bps(
    "SketchDisputes",
    0,
    BPS,
    "of it instead, where the signer voted so too, in the earliest dispute that found it",
  ),
  disputeAnswerableSeconds: seconds("SketchDisputes", 1, YEAR, "from a commit, in which its signers can be slashed"),
  disputeRewardBps: bps(
    "OperatorStaking",
    0,
    5_000,
    "of both slashes, the share of who disputed, or reported the vote",
  ),

  leastReviewWindowSeconds: seconds("DatanetRegistry", 1, 90 * DAY, "shortest review window of a datanet"),
  mostReviewWindowSeconds: seconds("DatanetRegistry", 1, YEAR, "longest review window of a datanet"),

  objectionBondFloor: amount("ContributionReview", "least bond of an objection"),
  objectionBondBps: bps(
    "ContributionReview",
    0,
    BPS,
    "bond of an objection, of the contribution's, where that is more",
  ),
  commitSeconds: seconds("ContributionReview", 1, 30 * DAY, "in which validators commit their votes"),
  revealSeconds: seconds("ContributionReview", 1, 30 * DAY, "in which validators reveal their votes"),
  appealSeconds: seconds("ContributionReview", 1, 30 * DAY, "in which a verdict can be appealed"),
  reviewLeastStake: amount(
    "ContributionReview",
    "stake from which a datanet's own validators judge the first round; with less, those of all datanets do",
    SUPPLY,
    1n,
  ),
  reviewQuorumBps: bps("ContributionReview", 1, BPS, "share of the stake that must be revealed for a verdict"),
  reviewRewardBps: bps("ContributionReview", 0, 5_000, "of a slashed bond, the other side's share; the rest burns"),
  unrevealedBps: bps("ContributionReview", 1, BPS, "of a validator's stake, slashed for a vote not revealed"),
  unrevealedRewardBps: bps(
    "OperatorStaking",
    0,
    5_000,
    "of what a vote not revealed costs, the share of whoever reports it; the rest burns",
  ),

  treasuryLeastBps: bps("ModelRegistry", 0, 2_000, "least treasury share of a model's split"),
  treasuryMostBps: bps("ModelRegistry", 0, 2_000, "most treasury share of a model's split, and cap of the least"),
  indexBond: amount("ModelRegistry", "bond of an index commit; a vote can raise it, and lower it to this"),
  mostIndexBond: amount("ModelRegistry", "cap of `indexBond`"),
  indexWindowSeconds: seconds("ModelRegistry", 1, 30 * DAY, "from an index commit to its use"),

  paymentTokens: {
    kind: "tokens",
    of: "RoyaltyVault, RoyaltyLedger, ModelTill, TillFactory",
    most: MOST_TOKENS,
    says: "further tokens that calls can be paid in, each with a vault, a ledger and tills of its own",
  },
} as const satisfies Record<string, Spec>;

/** Those that governance may change afterwards, within the caps beside them or in code; everything else is fixed for good. */
export const GOVERNED: ReadonlySet<ParameterName> = new Set([
  "timelockDelaySeconds",
  "votingDelaySeconds",
  "votingPeriodSeconds",
  "lateQuorumSeconds",
  "proposalThreshold",
  "governorQuorumBps",
  "bondFloor",
  "bondBps",
  "proposerFee",
  "treasuryLeastBps",
  "indexBond",
]);

export type ParameterName = keyof typeof SPECS;

type ValueOf<S> = S extends { kind: "address" }
  ? Address | undefined
  : S extends { kind: "amount" }
    ? bigint
    : S extends { kind: "tokens" }
      ? readonly PaymentToken[]
      : number;

/** Everything that is fixed when the protocol is deployed. */
export type Parameters = { readonly [K in ParameterName]: ValueOf<(typeof SPECS)[K]> };

export const PARAMETER_NAMES = Object.keys(SPECS) as ParameterName[];

/** From the snapshot, a second before an objection: both rounds, the appeal between them, and the time to slash a vote that was not revealed. */
export function reviewAnswerableSeconds(p: Parameters): number {
  return 1 + 2 * (p.commitSeconds + p.revealSeconds) + p.appealSeconds + p.revealSeconds;
}

/** From a dispute to when what is disputed may be ready. */
export function disputeHoldSeconds(p: Parameters): number {
  return p.disputeCommitSeconds + p.disputeRevealSeconds + p.disputeResolveSeconds;
}

type Relation = { says: string; holds: (p: Parameters) => boolean };

/** How parameters must relate; the contracts check some of it too, after the gas is spent. */
export const RELATIONS: readonly Relation[] = [
  {
    says: "`tokenRecipient` or `openToken` is given, not both",
    holds: (p) => (p.tokenRecipient === undefined) !== (p.openToken === undefined),
  },
  {
    says: "`batchSettlement`, `erc3009Collector` and `permit2Collector` are given together or not at all",
    holds: (p) =>
      new Set([p.batchSettlement, p.erc3009Collector, p.permit2Collector].map((given) => given === undefined)).size ===
      1,
  },
  {
    says: "`unbondingSeconds` is longer than a review with its appeal and the time to slash after it, 1 + 2 · (`commitSeconds` + `revealSeconds`) + `appealSeconds` + `revealSeconds`",
    holds: (p) => p.unbondingSeconds > reviewAnswerableSeconds(p),
  },
  {
    says: "`unbondingSeconds` is longer than `sketchWindowSeconds` + `challengeWindowSeconds`, in which attributors' sketches can be found wrong",
    holds: (p) => p.unbondingSeconds > p.sketchWindowSeconds + p.challengeWindowSeconds,
  },
  {
    says: "`disputeCommitSeconds` + `disputeRevealSeconds` + `disputeResolveSeconds`, for which a dispute holds a settlement or an index, are at most 30 days",
    holds: (p) => disputeHoldSeconds(p) <= 30 * DAY,
  },
  {
    says: "`unbondingSeconds` is longer than `disputeAnswerableSeconds`, and that at least `sketchWindowSeconds`, a dispute's hold and `disputeRevealSeconds`",
    holds: (p) =>
      p.unbondingSeconds > p.disputeAnswerableSeconds &&
      p.disputeAnswerableSeconds >= p.sketchWindowSeconds + disputeHoldSeconds(p) + p.disputeRevealSeconds,
  },
  {
    says: "`withheldAnswerableSeconds` is longer than `sketchWindowSeconds` and a dispute's hold, so that sketches withheld to the last second of a hold can still be punished",
    holds: (p) => p.withheldAnswerableSeconds > p.sketchWindowSeconds + disputeHoldSeconds(p),
  },
  {
    says: "`admittedSketchBps` is at most `falseSketchBps`",
    holds: (p) => p.admittedSketchBps <= p.falseSketchBps,
  },
  {
    says: "`unbondingSeconds` is longer than `withheldAnswerableSeconds`, and that at least `sketchWindowSeconds`",
    holds: (p) =>
      p.unbondingSeconds > p.withheldAnswerableSeconds && p.withheldAnswerableSeconds >= p.sketchWindowSeconds,
  },
  {
    says: "`unbondingSeconds` is longer than `wrongAnswerableSeconds`, and that at least `sketchWindowSeconds` and longer than `inclusionDemandSeconds` + `inclusionAnswerSeconds`",
    holds: (p) =>
      p.unbondingSeconds > p.wrongAnswerableSeconds &&
      p.wrongAnswerableSeconds >= p.sketchWindowSeconds &&
      p.wrongAnswerableSeconds > p.inclusionDemandSeconds + p.inclusionAnswerSeconds,
  },
  {
    says: "`inclusionDemandSeconds` is longer than `inclusionGraceSeconds`",
    holds: (p) => p.inclusionDemandSeconds > p.inclusionGraceSeconds,
  },
  {
    says: "`answerSeconds` + `reactionSeconds` are at most `sketchWindowSeconds`, `challengeWindowSeconds` and `indexWindowSeconds`, and 30 times that at most 30 days",
    holds: (p) => {
      const round = p.answerSeconds + p.reactionSeconds;
      return (
        round <= p.sketchWindowSeconds &&
        round <= p.challengeWindowSeconds &&
        round <= p.indexWindowSeconds &&
        30 * round <= 30 * DAY
      );
    },
  },
  {
    says: "`commissionDelaySeconds` is at least `unbondingSeconds`, so that delegators can leave before a commission rises",
    holds: (p) => p.commissionDelaySeconds >= p.unbondingSeconds,
  },
  {
    says: "`settlementLifetimeSeconds` is longer than `sketchWindowSeconds`",
    holds: (p) => p.settlementLifetimeSeconds > p.sketchWindowSeconds,
  },
  {
    says: "`mostReviewWindowSeconds` is at least `leastReviewWindowSeconds`",
    holds: (p) => p.mostReviewWindowSeconds >= p.leastReviewWindowSeconds,
  },
  {
    says: "`objectionBondFloor` is so much that its share at `reviewRewardBps` is not 0",
    holds: (p) => p.objectionBondFloor * BigInt(p.reviewRewardBps) >= BigInt(BPS),
  },
  { says: "`bondFloor` is at most `mostBondFloor`", holds: (p) => p.bondFloor <= p.mostBondFloor },
  { says: "`proposerFee` is at most `mostProposerFee`", holds: (p) => p.proposerFee <= p.mostProposerFee },
  { says: "`indexBond` is at most `mostIndexBond`", holds: (p) => p.indexBond <= p.mostIndexBond },
  { says: "`treasuryLeastBps` is at most `treasuryMostBps`", holds: (p) => p.treasuryLeastBps <= p.treasuryMostBps },
  {
    says: "no payment token is `openToken`, which has a ledger of its own",
    holds: ({ openToken, paymentTokens }) =>
      openToken === undefined || !paymentTokens.some(({ token }) => token.toLowerCase() === openToken.toLowerCase()),
  },
];

/** Windows below these give nobody time to react: refused on a network that is not local. */
export const LEAST_PUBLIC_SECONDS: Partial<Record<ParameterName, number>> = {
  timelockDelaySeconds: DAY,
  votingDelaySeconds: HOUR,
  votingPeriodSeconds: DAY,
  sketchWindowSeconds: DAY / 2,
  challengeWindowSeconds: DAY,
  answerSeconds: HOUR,
  reactionSeconds: HOUR / 2,
  inclusionAnswerSeconds: DAY,
  disputeCommitSeconds: DAY / 4,
  disputeRevealSeconds: DAY / 4,
  disputeResolveSeconds: DAY / 4,
  indexWindowSeconds: DAY / 2,
  leastReviewWindowSeconds: DAY / 2,
  commitSeconds: DAY / 4,
  revealSeconds: DAY / 4,
  appealSeconds: DAY / 4,
};

/** What must hold besides on a network that is not local. */
export const PUBLIC_RELATIONS: readonly Relation[] = [
  {
    says: "`epochSeconds` is at least `challengeWindowSeconds` and 30 times `answerSeconds` + `reactionSeconds`: epochs are finalised one after the other, and would fall behind",
    holds: (p) => p.epochSeconds >= p.challengeWindowSeconds + 30 * (p.answerSeconds + p.reactionSeconds),
  },
  {
    says: "`bondFloor`, that of every payment token, and `indexBond` are not 0, so that a wrong root costs something",
    holds: (p) => [p, ...p.paymentTokens].every(({ bondFloor }) => bondFloor > 0n) && p.indexBond > 0n,
  },
  {
    says: "`attributorQuorumBps` is more than 5,000, so that no two quorums are without a common member",
    holds: (p) => p.attributorQuorumBps > 5_000,
  },
];

/**
 * Checks every parameter against its range, and their relations.
 * @param isPublic whether the network is not a local one: windows of seconds are refused there
 * @throws RangeError naming all that is wrong
 */
export function checkParameters(p: Parameters, isPublic = false): void {
  const problems = PARAMETER_NAMES.flatMap((name) => problemsOf(name, p));
  if (problems.length === 0)
    problems.push(...RELATIONS.filter(({ holds }) => !holds(p)).map(({ says }) => `it must hold that ${says}`));
  if (isPublic) {
    problems.push(...PUBLIC_RELATIONS.filter(({ holds }) => !holds(p)).map(({ says }) => `it must hold that ${says}`));
    for (const [name, least] of Object.entries(LEAST_PUBLIC_SECONDS)) {
      const value = p[name as ParameterName];
      if (typeof value === "number" && value < least)
        problems.push(`${name} is ${value}, too short for a network that is not local: at least ${least}`);
    }
  }
  if (problems.length > 0) throw new RangeError(`deployment parameters: ${problems.join("; ")}`);
}

function problemsOf(name: ParameterName, p: Parameters): string[] {
  const spec: Spec = SPECS[name];
  const value: unknown = p[name];
  switch (spec.kind) {
    case "seconds":
    case "bps":
      if (typeof value === "number" && Number.isInteger(value) && value >= spec.least && value <= spec.most) return [];
      return [`${name} is ${String(value)}, not a whole number from ${spec.least} to ${spec.most}`];
    case "amount":
      if (typeof value === "bigint" && value >= spec.least && value <= spec.most) return [];
      return [`${name} is ${String(value)}, not ${spec.least} to ${spec.most} base units of OPEN`];
    case "address":
      return value === undefined || isUsable(value) ? [] : [`${name}: ${String(value)} is not an address`];
    case "tokens":
      return problemsOfTokens(p.paymentTokens, spec.most);
  }
}

function problemsOfTokens(tokens: readonly PaymentToken[], most: number): string[] {
  const problems: string[] = [];
  if (tokens.length > most) problems.push(`paymentTokens has ${tokens.length} tokens, more than ${most}`);
  for (const { symbol, token, bondFloor, mostBondFloor, proposerFee, mostProposerFee, ...courts } of tokens) {
    if (!/^[A-Z][A-Z0-9]{1,10}$/.test(symbol) || symbol === "OPEN")
      problems.push(`paymentTokens: "${symbol}" is not 2 to 11 capital letters and digits, other than OPEN`);
    if (!isUsable(token)) problems.push(`paymentTokens.${symbol}: ${token} is not an address`);
    if (bondFloor < 0n || bondFloor > mostBondFloor)
      problems.push(`paymentTokens.${symbol}: bondFloor is not 0 to mostBondFloor`);
    if (proposerFee < 0n || proposerFee > mostProposerFee)
      problems.push(`paymentTokens.${symbol}: proposerFee is not 0 to mostProposerFee`);
    for (const [name, deposit] of Object.entries(courts))
      if (deposit < 1n || deposit >= 2n ** 120n)
        problems.push(`paymentTokens.${symbol}: ${name} is not 1 to 2^120 base units`);
    if (mostBondFloor >= 2n ** 128n || mostProposerFee >= 2n ** 128n)
      problems.push(`paymentTokens.${symbol}: an amount does not fit 128 bits`);
  }
  if (new Set(tokens.map(({ symbol }) => symbol)).size !== tokens.length)
    problems.push("paymentTokens has a symbol twice");
  if (new Set(tokens.map(({ token }) => token.toLowerCase())).size !== tokens.length)
    problems.push("paymentTokens has a token twice");
  return problems;
}

function isUsable(value: unknown): value is Address {
  return typeof value === "string" && isAddress(value) && !isAddressEqual(value, zeroAddress);
}

/**
 * Reads parameters from JSON: amounts are decimal strings, what is left out is not given.
 * @throws RangeError naming what is not a parameter's value
 */
export function parametersOf(json: Readonly<Record<string, unknown>>): Parameters {
  const values = PARAMETER_NAMES.map((name) => [name, fromJson(name, json[name])]);
  return Object.fromEntries(values) as unknown as Parameters;
}

/** The value of one parameter, from JSON or from the command line. */
export function fromJson(name: ParameterName, value: unknown): unknown {
  switch (SPECS[name].kind) {
    case "seconds":
    case "bps":
      return typeof value === "string" && value.trim() !== "" ? Number(value) : value;
    case "amount":
      return toAmount(name, value);
    case "address":
      return value === null || value === "" ? undefined : value;
    case "tokens": {
      const tokens: unknown = typeof value === "string" ? JSON.parse(value) : value;
      if (!Array.isArray(tokens)) throw new RangeError(`${name} is not a list`);
      return (tokens as Record<string, unknown>[]).map((token) => ({
        ...token,
        ...Object.fromEntries(TOKEN_AMOUNTS.map((field) => [field, toAmount(`${name}.${field}`, token[field])])),
      }));
    }
  }
}

const TOKEN_AMOUNTS = [
  "bondFloor",
  "mostBondFloor",
  "proposerFee",
  "mostProposerFee",
  "proofDeposit",
  "demandDeposit",
  "inclusionDeposit",
  "disputeBondFloor",
] as const;

function toAmount(name: string, value: unknown): bigint {
  if (typeof value === "bigint") return value;
  if ((typeof value !== "string" && typeof value !== "number") || !/^\d+$/.test(String(value)))
    throw new RangeError(`${name}: ${JSON.stringify(value)} is not a whole number of base units`);
  return BigInt(value);
}

/** As they are written to files: amounts are decimal strings, what is not given is left out. */
export function jsonOf(p: Parameters): Record<string, unknown> {
  const text = JSON.stringify(p, (_, value: unknown) => (typeof value === "bigint" ? value.toString() : value));
  return JSON.parse(text) as Record<string, unknown>;
}
