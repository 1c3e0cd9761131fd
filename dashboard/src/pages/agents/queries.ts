// What the pages of agents ask the indexer.
import { graphql } from "../../data/graphql.ts";

export const AGENTS = graphql(`
  query Agents($limit: Int!, $offset: Int!) {
    agents(limit: $limit, offset: $offset, orderBy: "registeredAt", orderDirection: "desc") {
      totalCount
      items {
        id
        owner
        wallet
        uri
        registeredAt
      }
    }
  }
`);

export const AGENT = graphql(`
  query Agent($id: BigInt!, $limit: Int!, $offset: Int!) {
    agent(id: $id) {
      id
      owner
      wallet
      uri
      registeredAt
      metadata(orderBy: "setAt", orderDirection: "desc", limit: $limit, offset: $offset) {
        totalCount
        items {
          keyHash
          key
          value
          setAt
        }
      }
      transfers(orderBy: "at", orderDirection: "desc", limit: 50) {
        items {
          id
          from
          to
          at
        }
      }
    }
  }
`);
