// What the page of an answer asks the indexer: whose records they are, beside what is proven.
import { graphql, type ResultOf } from "../../data/graphql.ts";

export const CONTRIBUTORS = graphql(`
  query AnswerContributors($ids: [BigInt]) {
    contributions(where: { id_in: $ids }, limit: 500) {
      items {
        id
        contributor
        datanetId
      }
    }
  }
`);

export type Contributor = ResultOf<typeof CONTRIBUTORS>["contributions"]["items"][number];
