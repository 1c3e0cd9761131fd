// What the list of positions asks the indexer.
import { graphql } from "../../data/graphql.ts";

export const POSITIONS = graphql(`
  query Positions($where: positionFilter, $limit: Int!, $offset: Int!, $orderBy: String!, $orderDirection: String!) {
    positions(where: $where, limit: $limit, offset: $offset, orderBy: $orderBy, orderDirection: $orderDirection) {
      totalCount
      items {
        id
        kind
        datanetId
        modelId
        owner
        accrued
        unclaimedAccrued
        claimedAttributed
        claimedTotal
        createdAt
      }
    }
  }
`);
