// What the overview asks the indexer.
import { graphql } from "../../data/graphql.ts";

export const OVERVIEW = graphql(`
  query Overview {
    ledgers(limit: 1) {
      items {
        id
        callCount
        settlementCount
        accrued
        claimedAttributed
        claimedAccrued
        payoutsSum
      }
    }
    settlements(orderBy: "id", orderDirection: "desc", limit: 8) {
      totalCount
      items {
        id
        status
        count
        fee
        openedAt
        epochId
      }
    }
    epochs(orderBy: "id", orderDirection: "desc", limit: 8) {
      totalCount
      items {
        id
        status
        callCount
        pools
        endsAt
        finalizedAt
      }
    }
  }
`);
