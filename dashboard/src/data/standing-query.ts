// What asks the index for the payouts that are final now.
import { graphql } from "./graphql.ts";

export const STANDING = graphql(`
  query Standing {
    payoutRoots(orderBy: "epochId", orderDirection: "desc", limit: 1) {
      items {
        epochId
        hash
      }
    }
  }
`);
