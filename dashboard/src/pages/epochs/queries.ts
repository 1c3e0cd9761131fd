// What the list of epochs asks the indexer.
import { graphql } from "../../data/graphql.ts";

export const EPOCHS = graphql(`
  query Epochs($limit: Int!, $offset: Int!) {
    epochs(orderBy: "id", orderDirection: "desc", limit: $limit, offset: $offset) {
      totalCount
      items {
        id
        status
        endsAt
        callCount
        settlementCount
        pools
        proposalCount
        finalProposal
        finalizedAt
        proposals(orderBy: "proposal", orderDirection: "asc", limit: 10) {
          items {
            proposal
            status
            finalizableAt
          }
        }
      }
    }
  }
`);
