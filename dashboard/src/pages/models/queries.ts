// What the list of models asks the indexer.
import { graphql } from "../../data/graphql.ts";

export const MODELS = graphql(`
  query Models($limit: Int!, $offset: Int!) {
    models(limit: $limit, offset: $offset, orderBy: "id", orderDirection: "desc") {
      totalCount
      items {
        id
        owner
        uri
        versionCount
        latestVersion {
          id
          records
          inputPrice
          outputPrice
          dataBps
          index {
            status
            usableAt
          }
        }
        versions(limit: 100) {
          items {
            callCount
            fees
          }
        }
      }
    }
  }
`);
