// The documents that were asked last, read and found valid, so that a text that is asked again is not read again.
import { maxAliasesRule } from "@escape.tech/graphql-armor-max-aliases";
import { maxDepthRule } from "@escape.tech/graphql-armor-max-depth";
import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  parse,
  specifiedRules,
  validate,
  type ValidationContext,
  type ValidationRule,
} from "graphql";
import { LRUCache } from "lru-cache";

export interface DocumentLimits {
  /** A longer document is refused before it is read. */
  maxTokens: number;
  maxDepth: number;
  maxAliases: number;
  /** Documents that are kept. */
  mostKept: number;
}

const REPORT = {
  propagateOnRejection: false,
  onReject: [
    (context: object | null, error: Error): void => {
      (context as ValidationContext).reportError(error as GraphQLError);
    },
  ],
};

/** Their package has a copy of graphql of its own, with types and a class of errors of its own. */
function asRule(rule: (context: never) => object): ValidationRule {
  return rule as unknown as ValidationRule;
}

export class Documents {
  readonly #schema: GraphQLSchema;
  readonly #maxTokens: number;
  readonly #rules: readonly ValidationRule[];
  readonly #kept: LRUCache<string, DocumentNode>;

  constructor(schema: GraphQLSchema, { maxTokens, maxDepth, maxAliases, mostKept }: DocumentLimits) {
    this.#schema = schema;
    this.#maxTokens = maxTokens;
    this.#rules = [
      ...specifiedRules,
      asRule(maxDepthRule({ n: maxDepth, ignoreIntrospection: false, ...REPORT })),
      asRule(maxAliasesRule({ n: maxAliases, allowList: [], ...REPORT })),
    ];
    this.#kept = new LRUCache({ max: mostKept });
  }

  /** @returns the document, or what is wrong with it */
  read(text: string): DocumentNode | readonly GraphQLError[] {
    const known = this.#kept.get(text);
    if (known !== undefined) return known;
    try {
      const document = parse(text, { maxTokens: this.#maxTokens });
      const errors = validate(this.#schema, document, this.#rules);
      if (errors.length > 0) return errors;
      this.#kept.set(text, document);
      return document;
    } catch (error) {
      if (error instanceof GraphQLError) return [error];
      throw error;
    }
  }
}
