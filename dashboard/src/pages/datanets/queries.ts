// What the list of datanets asks the indexer.
import { graphql } from "../../data/graphql.ts";

export const DATANETS = graphql(`
  query Datanets($limit: Int!, $offset: Int!, $orderBy: String!, $orderDirection: String!) {
    datanets(limit: $limit, offset: $offset, orderBy: $orderBy, orderDirection: $orderDirection) {
      totalCount
      items {
        id
        uri
        owner
        contributorCount
        contributionCount
        acceptedContributions
        rejectedContributions
        acceptedRecords
        licenceIncome
        licenceFee
        leastDataShareBps
        periods(where: { period: day }, orderBy: "start", orderDirection: "desc", limit: 366) {
          items {
            accrued
            claimedAttributed
          }
        }
      }
    }
  }
`);
