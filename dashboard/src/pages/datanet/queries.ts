// What the page of a datanet asks the indexer.
import { graphql } from "../../data/graphql.ts";

export const DATANET = graphql(`
  query Datanet($id: BigInt!, $limit: Int!, $offset: Int!) {
    datanet(id: $id) {
      id
      owner
      curatorPositionId
      bondPerRecord
      licenceFee
      reviewWindowSeconds
      leastDataShareBps
      curatorCutBps
      mistakeBps
      negligenceBps
      maliceBps
      allowedUses
      uri
      contributionCount
      acceptedContributions
      acceptedRecords
      withdrawnRecords
      rejectedContributions
      contributorCount
      bondsHeld
      bondsSlashed
      licenceIncome
      uncollectedLicenceIncome
      createdAt
      days: periods(where: { period: day }, orderBy: "start", orderDirection: "desc", limit: 366) {
        items {
          start
          accrued
          claimedAttributed
        }
      }
      versions(orderBy: "versionId", orderDirection: "desc", limit: $limit, offset: $offset) {
        totalCount
        items {
          versionId
          contributions
          records
          isInherited
          callCount
          fees
          version {
            modelId
            dataBps
          }
        }
      }
    }
  }
`);

export const CONTRIBUTIONS = graphql(`
  query Contributions($datanet: BigInt!, $limit: Int!, $offset: Int!) {
    contributions(
      where: { datanetId: $datanet }
      orderBy: "id"
      orderDirection: "desc"
      limit: $limit
      offset: $offset
    ) {
      totalCount
      items {
        id
        contributor
        kind
        status
        reason
        recordCount
        positionId
        contributedAt
      }
    }
    copies: contributions(where: { datanetId: $datanet, reason: duplicate }) {
      totalCount
    }
  }
`);

export const CONTRIBUTORS = graphql(`
  query Contributors($datanet: BigInt!, $limit: Int!, $offset: Int!) {
    datanetContributors(
      where: { datanetId: $datanet }
      orderBy: "acceptedRecords"
      orderDirection: "desc"
      limit: $limit
      offset: $offset
    ) {
      totalCount
      items {
        contributor
        contributions
        accepted
        rejected
        acceptedRecords
        firstAt
      }
    }
  }
`);
