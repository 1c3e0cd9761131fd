// What the pages of governance ask the indexer.
import { graphql } from "../../data/graphql.ts";

export const PROPOSALS = graphql(`
  query GovernanceProposals($limit: Int!, $offset: Int!) {
    governanceProposals(limit: $limit, offset: $offset, orderBy: "proposedAt", orderDirection: "desc") {
      totalCount
      items {
        id
        description
        proposer
        votesFor
        votesAgainst
        votesAbstain
        voteEnd
      }
    }
    voters(where: { votes_gt: "0" }, orderBy: "votes", orderDirection: "desc", limit: 10) {
      totalCount
      items {
        id
        balance
        votes
      }
    }
    parameters(orderBy: "id", limit: 100) {
      items {
        id
        value
        setAt
      }
    }
  }
`);

export const GOVERNANCE_PROPOSAL = graphql(`
  query GovernanceProposal($id: BigInt!, $limit: Int!, $offset: Int!) {
    governanceProposal(id: $id) {
      id
      proposer
      description
      targets
      values
      calldatas
      voteStart
      voteEnd
      votesFor
      votesAgainst
      votesAbstain
      executableAt
      queuedAt
      executedAt
      canceledAt
      proposedAt
      votes(orderBy: "weight", orderDirection: "desc", limit: $limit, offset: $offset) {
        totalCount
        items {
          voter
          support
          weight
          reason
          at
        }
      }
    }
  }
`);
