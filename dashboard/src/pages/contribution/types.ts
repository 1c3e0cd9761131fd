// The row that the parts of the page of a contribution show.
import type { ResultOf } from "../../data/graphql.ts";
import type { CONTRIBUTION } from "./queries.ts";

export type Contribution = NonNullable<ResultOf<typeof CONTRIBUTION>["contribution"]>;
