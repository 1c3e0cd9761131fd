// How much a GraphQL text may ask.

export const LIMITS = {
  /** A list costs two levels, `contributions { items { … } }`: four nested lists and what they hold fit. */
  maxDepth: 10,
  maxTokens: 1_000,
  maxAliases: 15,
  /** Two lists of the default length in each other fit many times, three do not. */
  mostCost: 50_000,
  /** Of documents: of the longest ones, some 60 MB. */
  mostKept: 200,
};
