// Pools of stake, slashes and rewards.
import { index, onchainTable, primaryKey } from "ponder";
import { poolKind } from "./enums.ts";

/** Stake of an operator and its delegators, or of those who staked on a model. */
export const stakePool = onchainTable(
  "stake_pool",
  (t) => ({
    id: t.bigint().primaryKey(),
    kind: poolKind().notNull(),
    /** Set for validators. */
    datanetId: t.bigint(),
    /** Set for models' pools, which have no operator. */
    modelId: t.bigint(),
    operator: t.hex(),
    /** In use until `nextCommissionAt`; from then on the announced one is. */
    commissionBps: t.integer().notNull(),
    nextCommissionBps: t.integer(),
    nextCommissionAt: t.bigint(),
    /** Of its shares; a slash to next to nothing ends one. */
    generation: t.integer().notNull(),
    /** Staked now in this generation, and on its way out of any. */
    stake: t.bigint().notNull(),
    unbonding: t.bigint().notNull(),
    slashed: t.bigint().notNull(),
    openedAt: t.bigint().notNull(),
    createdBlock: t.bigint().notNull(),
    transactionHash: t.hex().notNull(),
  }),
  (table) => ({
    operator: index().on(table.operator),
    datanet: index().on(table.datanetId),
    model: index().on(table.modelId),
    stake: index().on(table.stake, table.id),
  }),
);

/** Stake and shares of one generation of a pool. */
export const poolGeneration = onchainTable(
  "pool_generation",
  (t) => ({
    poolId: t.bigint().notNull(),
    generation: t.integer().notNull(),
    stake: t.bigint().notNull(),
    shares: t.bigint().notNull(),
    endedAt: t.bigint(),
  }),
  (table) => ({ pk: primaryKey({ columns: [table.poolId, table.generation] }) }),
);

/** An account's shares of a generation; worth that part of its stake. */
export const stakeHolding = onchainTable(
  "stake_holding",
  (t) => ({
    poolId: t.bigint().notNull(),
    generation: t.integer().notNull(),
    account: t.hex().notNull(),
    shares: t.bigint().notNull(),
  }),
  (table) => ({
    pk: primaryKey({ columns: [table.poolId, table.generation, table.account] }),
    account: index().on(table.account),
  }),
);

/** Stake on its way out. Slashes until `withdrawnAt` lower what is paid. */
export const unbonding = onchainTable(
  "unbonding",
  (t) => ({
    id: t.bigint().primaryKey(),
    poolId: t.bigint().notNull(),
    account: t.hex().notNull(),
    generation: t.integer().notNull(),
    shares: t.bigint().notNull(),
    /** Worth when it left the pool. */
    amount: t.bigint().notNull(),
    withdrawn: t.bigint(),
    requestedAt: t.bigint().notNull(),
    maturesAt: t.bigint().notNull(),
    withdrawnAt: t.bigint(),
    createdBlock: t.bigint().notNull(),
    transactionHash: t.hex().notNull(),
  }),
  (table) => ({ pool: index().on(table.poolId), account: index().on(table.account) }),
);

/** A kind of misconduct: which contract may slash for it, and within which limits. */
export const fault = onchainTable("fault", (t) => ({
  id: t.bigint().primaryKey(),
  slasher: t.hex().notNull(),
  mostBps: t.integer().notNull(),
  rewardBps: t.integer().notNull(),
}));

/** A slash of a pool: `reward` went to `rewardTo`, the rest was burned. */
export const stakeSlash = onchainTable(
  "stake_slash",
  (t) => ({
    id: t.text().primaryKey(),
    poolId: t.bigint().notNull(),
    faultId: t.bigint().notNull(),
    caseId: t.hex().notNull(),
    bps: t.integer().notNull(),
    fromStake: t.bigint().notNull(),
    fromUnbonding: t.bigint().notNull(),
    rewardTo: t.hex().notNull(),
    reward: t.bigint().notNull(),
    at: t.bigint().notNull(),
    block: t.bigint().notNull(),
    transactionHash: t.hex().notNull(),
  }),
  (table) => ({ pool: index().on(table.poolId) }),
);

/** A token that pools can be funded with. */
export const rewardToken = onchainTable("reward_token", (t) => ({
  /** Its address. */
  id: t.hex().primaryKey(),
  addedAt: t.bigint().notNull(),
}));

/** A pool's rewards in one token: `commission` of what was funded is the operator's at once, the rest is released evenly until `streamEndsAt`. */
export const poolReward = onchainTable(
  "pool_reward",
  (t) => ({
    poolId: t.bigint().notNull(),
    token: t.hex().notNull(),
    funded: t.bigint().notNull(),
    commission: t.bigint().notNull(),
    claimed: t.bigint().notNull(),
    /** While there is active stake all the time. */
    streamEndsAt: t.bigint().notNull(),
  }),
  (table) => ({ pk: primaryKey({ columns: [table.poolId, table.token] }) }),
);

export const rewardFunding = onchainTable(
  "reward_funding",
  (t) => ({
    id: t.text().primaryKey(),
    poolId: t.bigint().notNull(),
    token: t.hex().notNull(),
    /** A till, or whoever funded the pool. */
    from: t.hex().notNull(),
    amount: t.bigint().notNull(),
    commission: t.bigint().notNull(),
    at: t.bigint().notNull(),
    block: t.bigint().notNull(),
    transactionHash: t.hex().notNull(),
  }),
  (table) => ({ pool: index().on(table.poolId) }),
);

export const rewardClaim = onchainTable(
  "reward_claim",
  (t) => ({
    id: t.text().primaryKey(),
    poolId: t.bigint().notNull(),
    token: t.hex().notNull(),
    account: t.hex().notNull(),
    amount: t.bigint().notNull(),
    at: t.bigint().notNull(),
    block: t.bigint().notNull(),
    transactionHash: t.hex().notNull(),
  }),
  (table) => ({ pool: index().on(table.poolId), account: index().on(table.account) }),
);
