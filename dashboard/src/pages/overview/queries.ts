// What the overview asks the indexer.
import { graphql } from "../../data/graphql.ts";

export const OVERVIEW = graphql(`
  query Overview {
    protocol(id: "all") {
      calls
      fees
      plainFees
      treasury
      gateway
      ancestors
      curators
      stakers
      developer
      data
      attributed
      givenUp
      claimedAttributed
      datanets
      models
      positions
      acceptedRecords
      epochsFinalized
      proposalsEnded
    }
    settlements(orderBy: "id", orderDirection: "desc", limit: 8) {
      items {
        id
        status
        count
        fee
        pool
        openedAt
        epochId
        version {
          id
          modelId
        }
      }
    }
    epochs(orderBy: "id", orderDirection: "desc", limit: 8) {
      items {
        id
        status
        callCount
        pools
        endsAt
        finalizedAt
      }
    }
  }
`);

export const PERIODS = graphql(`
  query Periods {
    days: protocolPeriods(where: { period: day }, orderBy: "start", orderDirection: "desc", limit: 60) {
      items {
        start
        fees
        calls
      }
    }
    hours: protocolPeriods(where: { period: hour }, orderBy: "start", orderDirection: "desc", limit: 60) {
      items {
        start
        fees
        calls
      }
    }
  }
`);
