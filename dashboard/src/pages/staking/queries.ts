// What the pages of staking ask the indexer.
import { graphql } from "../../data/graphql.ts";

export const POOLS = graphql(`
  query Pools($where: stakePoolFilter, $limit: Int!, $offset: Int!) {
    stakePools(where: $where, limit: $limit, offset: $offset, orderBy: "stake", orderDirection: "desc") {
      totalCount
      items {
        id
        kind
        datanetId
        modelId
        operator
        commissionBps
        stake
        unbonding
        slashed
      }
    }
  }
`);

export const STAKER = graphql(`
  query Staker($account: String!) {
    stakeHoldings(where: { account: $account, shares_gt: "0" }, limit: 100) {
      items {
        poolId
        generation
        shares
        pool {
          kind
          datanetId
          modelId
          operator
        }
      }
    }
    unbondings(where: { account: $account, withdrawnAt: null }, orderBy: "maturesAt", limit: 100) {
      items {
        id
        poolId
        amount
        maturesAt
      }
    }
  }
`);
