// What the page of disputes asks the indexer.
import { graphql } from "../../data/graphql.ts";

export const DISPUTES = graphql(`
  query Disputes($limit: Int!, $offset: Int!) {
    disputes(orderBy: "id", orderDirection: "desc", limit: $limit, offset: $offset) {
      totalCount
      items {
        id
        target
        settlementId
        versionId
        sub
        place
        disputer
        bond
        outcome
        hasEnded
        refund
        burned
        disputedAt
        resolvedAt
        round {
          commitUntil
          revealUntil
          keep
          mistake
          stake
          votes(limit: 1) {
            totalCount
          }
        }
      }
    }
  }
`);
