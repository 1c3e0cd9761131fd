// What the page of shares asks the indexer.
import { graphql } from "../../data/graphql.ts";

export const SHARES = graphql(`
  query Shares($id: String!, $limit: Int!, $offset: Int!) {
    sharesContract(id: $id) {
      id
      positionId
      creator
      supply
      vaults
      redeemer
      redeemedTo
      redeemedAt
      createdAt
      income(limit: 20) {
        items {
          token
          counted
          paid
        }
      }
      holders(where: { balance_gt: "0" }, orderBy: "balance", orderDirection: "desc", limit: $limit, offset: $offset) {
        totalCount
        items {
          account
          balance
        }
      }
      payments(orderBy: "at", orderDirection: "desc", limit: 25) {
        totalCount
        items {
          id
          account
          recipient
          token
          amount
          at
        }
      }
    }
  }
`);
