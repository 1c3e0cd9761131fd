// What the wallet's page asks the indexer.
import { graphql } from "../../data/graphql.ts";

export const OWNED = graphql(`
  query Owned($owner: String!, $limit: Int!, $offset: Int!) {
    positions(where: { owner: $owner }, limit: $limit, offset: $offset, orderBy: "id", orderDirection: "asc") {
      totalCount
      items {
        id
        kind
        datanetId
        modelId
        accrued
        claimedTotal
      }
    }
    ledgers {
      items {
        id
        payoutsHash
      }
    }
    sharesHolders(where: { account: $owner, balance_gt: "0" }, limit: 100) {
      items {
        sharesId
        balance
        shares {
          positionId
          supply
        }
      }
    }
  }
`);
