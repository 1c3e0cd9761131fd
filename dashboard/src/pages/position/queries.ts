// What the page of a position asks the indexer.
import { graphql } from "../../data/graphql.ts";

export const POSITION = graphql(`
  query Position($id: BigInt!) {
    position(id: $id) {
      id
      kind
      datanetId
      modelId
      owner
      claimer
      accrued
      unclaimedAccrued
      claimedAccrued
      paidToProposers
      claimedAttributed
      claimedTotal
      createdAt
      contributions(orderBy: "id", orderDirection: "desc", limit: 25) {
        totalCount
        items {
          id
          recordCount
          acceptedAt
        }
      }
      transfers(orderBy: "at", orderDirection: "desc", limit: 10) {
        totalCount
        items {
          id
          from
          to
          at
        }
      }
      shares(limit: 5) {
        items {
          id
          supply
          redeemedAt
        }
      }
    }
  }
`);

export const CLAIMS = graphql(`
  query Claims($position: BigInt!, $limit: Int!, $offset: Int!) {
    claims(where: { positionId: $position }, orderBy: "at", orderDirection: "desc", limit: $limit, offset: $offset) {
      totalCount
      items {
        id
        recipient
        attributed
        accrued
        sender
        at
        transactionHash
      }
    }
  }
`);

/** Direct income and claims of positions, oldest first, a page at a time. */
export const ACCRUALS = graphql(`
  query Accruals($positions: [BigInt!]!, $after: String) {
    accruals(where: { positionId_in: $positions }, orderBy: "at", limit: 1000, after: $after) {
      pageInfo {
        hasNextPage
        endCursor
      }
      items {
        id
        positionId
        from
        amount
        at
        block
        transactionHash
      }
    }
  }
`);

export const PAYMENTS = graphql(`
  query Payments($positions: [BigInt!]!, $after: String) {
    claims(where: { positionId_in: $positions }, orderBy: "at", limit: 1000, after: $after) {
      pageInfo {
        hasNextPage
        endCursor
      }
      items {
        positionId
        recipient
        attributed
        accrued
        at
        block
        logIndex
        transactionHash
      }
    }
  }
`);

export const TRANSFERS = graphql(`
  query StatementTransfers($positions: [BigInt!]!, $after: String) {
    positionTransfers(where: { positionId_in: $positions }, orderBy: "at", limit: 1000, after: $after) {
      pageInfo {
        hasNextPage
        endCursor
      }
      items {
        id
        positionId
        from
        to
        at
        block
        transactionHash
      }
    }
  }
`);

export const OWNERS = graphql(`
  query StatementOwners($positions: [BigInt!]!, $after: String) {
    positions(where: { id_in: $positions }, orderBy: "id", limit: 1000, after: $after) {
      pageInfo {
        hasNextPage
        endCursor
      }
      items {
        id
        owner
      }
    }
  }
`);

export const POSITIONS_OF = graphql(`
  query PositionsOf($owner: String!, $after: String) {
    positions(where: { owner: $owner }, orderBy: "id", limit: 1000, after: $after) {
      pageInfo {
        hasNextPage
        endCursor
      }
      items {
        id
      }
    }
  }
`);

export const EVENTS = graphql(`
  query EarningEvents($position: BigInt!) {
    accruals(where: { positionId: $position }, orderBy: "at", limit: 1000) {
      totalCount
      items {
        amount
        at
      }
    }
    claims(where: { positionId: $position }, orderBy: "at", limit: 1000) {
      totalCount
      items {
        attributed
        at
      }
    }
    positionDays(where: { positionId: $position }, orderBy: "start", orderDirection: "desc", limit: 1000) {
      totalCount
      items {
        start
        accrued
        claimedAttributed
      }
    }
  }
`);

/** The newest ones, whose bundles are most likely kept. */
export const FINAL_EPOCHS = graphql(`
  query FinalEpochs {
    payoutRoots(orderBy: "epochId", orderDirection: "desc", limit: 3) {
      items {
        epochId
      }
    }
  }
`);

/** What attributed income that is not claimed yet is opened from. */
export const FINAL_ROOT = graphql(`
  query FinalRoot {
    payoutRoots(orderBy: "epochId", orderDirection: "desc", limit: 1) {
      items {
        epochId
        finalizedAt
        createdBlock
        transactionHash
      }
    }
  }
`);
