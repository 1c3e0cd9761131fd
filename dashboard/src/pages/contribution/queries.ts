// What the page of a contribution asks the indexer.
import { graphql } from "../../data/graphql.ts";

export const CONTRIBUTION = graphql(`
  query Contribution($id: BigInt!) {
    contribution(id: $id) {
      id
      datanetId
      contributor
      kind
      status
      reason
      positionId
      contentHash
      recordCount
      licence
      bond
      returned
      slashed
      reward
      rewardTo
      uri
      place
      recordsBefore
      contributedAt
      reviewEndsAt
      acceptedAt
      rejectedAt
      withdrawnAt
      bondReturnedAt
      collectedLicenceIncome
      transactionHash
      datanet {
        owner
      }
      position {
        owner
        accrued
        unclaimedAccrued
        claimedAttributed
        claimedTotal
        contributions {
          totalCount
        }
      }
      objection {
        objector
        claimed
        verdict
        bond
        uri
        appellant
        madeAt
        resolvedAt
      }
      duplicateProofs(limit: 25) {
        items {
          earlierId
          prover
          recordHash
          shownAt
          dismissedAt
          transactionHash
        }
      }
      copies(limit: 25) {
        totalCount
        items {
          contributionId
        }
      }
      rounds(orderBy: "id", limit: 5) {
        items {
          id
          electorateId
          stake
          keep
          mistake
          negligence
          malice
          commitUntil
          revealUntil
        }
      }
    }
  }
`);

/** The last version that was registered up to that second: ids grow with time. */
export const LAST_VERSION = graphql(`
  query LastVersion($at: BigInt!) {
    modelVersions(where: { registeredAt_lte: $at }, orderBy: "id", orderDirection: "desc", limit: 1) {
      items {
        id
      }
    }
  }
`);

/**
 * Versions up to a last one whose index has the datanet with more contributions than come before this one. Those that were registered in a second after a
 * withdrawal have its records in their index without weight.
 */
export const USED_BY = graphql(`
  query UsedBy($datanet: BigInt!, $place: BigInt!, $last: BigInt!) {
    versionDatanets(
      where: { datanetId: $datanet, contributions_gt: $place, versionId_lte: $last }
      orderBy: "versionId"
      orderDirection: "desc"
      limit: 100
    ) {
      totalCount
      items {
        versionId
        callCount
        fees
        records
        isInherited
        version {
          modelId
          dataBps
        }
      }
    }
  }
`);
