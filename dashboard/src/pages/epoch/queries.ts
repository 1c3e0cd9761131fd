// What the page of an epoch asks the indexer.
import { graphql } from "../../data/graphql.ts";

export const EPOCH = graphql(`
  query Epoch($id: BigInt!, $limit: Int!, $offset: Int!) {
    epoch(id: $id) {
      id
      status
      endsAt
      groupCount
      settlementCount
      callCount
      pools
      finalProposal
      finalizedAt
      payoutRoot {
        hash
        sum
        added
      }
      delay {
        delaySeconds
        delayedAt
      }
      proposals(orderBy: "proposal", orderDirection: "asc", limit: 100) {
        items {
          proposal
          proposer
          status
          bond
          proposedAt
          finalizableAt
          endedAt
          endedBy
          reward
          rewardTo
          burned
          bundleHash
          provenFaults(limit: 20) {
            items {
              id
              kind
              prover
              at
            }
          }
          demands(limit: 100) {
            totalCount
            items {
              id
              status
              tree
              demander
              deadline
              demandedAt
            }
          }
        }
      }
      settlements(orderBy: "id", orderDirection: "asc", limit: $limit, offset: $offset) {
        totalCount
        items {
          id
          versionId
          status
          count
          fee
          pool
          openedAt
          provenFaults(limit: 1) {
            totalCount
          }
          disputes(limit: 1) {
            totalCount
          }
        }
      }
    }
  }
`);
