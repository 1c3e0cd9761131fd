// What the page of a model asks the indexer.
import { graphql } from "../../data/graphql.ts";

export const MODEL = graphql(`
  query Model($id: BigInt!) {
    model(id: $id) {
      id
      owner
      developerPositionId
      uri
      createdAt
      versions(orderBy: "id", orderDirection: "desc", limit: 50) {
        totalCount
        items {
          id
          weightsHash
          records
          parentRecords
          inputPrice
          outputPrice
          treasuryBps
          gatewayBps
          curatorsBps
          stakersBps
          developerBps
          dataBps
          ancestorsBps
          royaltyBps
          licenceFees
          indexCount
          callCount
          fees
          pools
          waitingIncome
          registeredAt
          index {
            status
            methodId
            k
            topK
            debitFactor
            tau
            delta
            rootHash
            records
            committer
            bond
            bondReturnedAt
            committedAt
            usableAt
          }
          layout(orderBy: "ordinal", limit: 32) {
            items {
              datanetId
              contributions
              records
              isInherited
            }
          }
          ancestors(orderBy: "ordinal", limit: 16) {
            items {
              positionId
              bps
            }
          }
          priceChanges(orderBy: "at", orderDirection: "desc", limit: 5) {
            items {
              at
              inputPrice
              outputPrice
            }
          }
        }
      }
      tills(orderBy: "createdAt", orderDirection: "desc", limit: 25) {
        totalCount
        items {
          id
          gateway
          callCount
          fees
        }
      }
    }
  }
`);

/** Versions by id, or of a model. */
export const VERSIONS = graphql(`
  query LineageVersions($ids: [BigInt!]!) {
    modelVersions(where: { id_in: $ids }, limit: 200) {
      items {
        id
        modelId
        records
        callCount
        royaltyBps
      }
    }
  }
`);

/** Lines between versions that begin or end at any of these. */
export const LINES = graphql(`
  query LineageLines($ids: [BigInt!]!) {
    up: versionParents(where: { versionId_in: $ids }, limit: 1000) {
      items {
        versionId
        parentId
        ordinal
      }
    }
    down: versionParents(where: { parentId_in: $ids }, limit: 1000) {
      items {
        versionId
        parentId
        ordinal
      }
    }
  }
`);
