// What a pool's page asks the indexer.
import { graphql } from "../../data/graphql.ts";

export const POOL = graphql(`
  query Pool($id: BigInt!, $limit: Int!, $offset: Int!) {
    stakePool(id: $id) {
      id
      kind
      datanetId
      modelId
      operator
      commissionBps
      nextCommissionBps
      nextCommissionAt
      generation
      stake
      unbonding
      slashed
      openedAt
      slashes(orderBy: "at", orderDirection: "desc", limit: $limit, offset: $offset) {
        totalCount
        items {
          id
          faultId
          caseId
          bps
          fromStake
          fromUnbonding
          rewardTo
          reward
          at
        }
      }
      rewards(limit: 10) {
        items {
          token
          funded
          claimed
          streamEndsAt
        }
      }
      generations(limit: 1000) {
        items {
          generation
          stake
          shares
        }
      }
      holdings(where: { shares_gt: "0" }, orderBy: "shares", orderDirection: "desc", limit: 25) {
        totalCount
        items {
          account
          generation
          shares
        }
      }
    }
    faults(limit: 100, orderBy: "id") {
      items {
        id
        slasher
      }
    }
  }
`);

export const POOL_HOLDINGS = graphql(`
  query PoolHoldings($pool: BigInt!, $account: String!) {
    stakeHoldings(
      where: { poolId: $pool, account: $account }
      orderBy: "generation"
      orderDirection: "desc"
      limit: 10
    ) {
      items {
        generation
        shares
      }
    }
  }
`);
