// The gateway's configuration file: every field, its unit and its default (docs/gateway.md, configuration).
import { isAddress } from "viem";
import { z } from "zod";
import { urlFault } from "./upstream-url.ts";

const seconds = z.number().positive().max(86_400);
const count = z.number().int().min(1);
const variable = z.string().regex(/^[A-Z][A-Z0-9_]*$/u, "must be the name of an environment variable, as MY_KEY");
const label = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._/-]{0,127}$/u, "must be letters, digits, and . _ / - after the first");
const bps = z.number().int().min(1).max(1_000_000);

const upstream = z
  .strictObject({
    /** OpenAI-compatible base URL, as http://127.0.0.1:8000/v1; /chat/completions and the others are added to it. */
    url: z.string(),
    /** What the upstream calls the model; the model's name by default. */
    model: z.string().min(1).optional(),
    /** Environment variable that holds the upstream's API key, sent as a bearer token. */
    keyVariable: variable.optional(),
    /** What the upstream calls the most tokens of an answer. */
    maxTokensField: z.enum(["max_tokens", "max_completion_tokens"]).default("max_tokens"),
    /** Which calls it serves. */
    serves: z
      .array(z.enum(["chat", "completions", "embeddings"]))
      .min(1)
      .default(["chat", "completions"]),
    /** Lets the URL be, or resolve to, a link-local or metadata address. */
    allowLinkLocal: z.boolean().default(false),
    /** To a connection. */
    connectSeconds: seconds.default(5),
    /** To the head of an answer. */
    headSeconds: seconds.default(120),
    /** Between two parts of an answer. */
    idleSeconds: seconds.default(60),
    /** Of a whole call; a stream that takes longer is ended and charged for what was sent. At most 590: a channel is reserved for 600. */
    totalSeconds: seconds.max(590).default(590),
    /** Further tries of a call whose connection failed or that was answered 502, 503 or 504, before anything was sent. */
    retries: z.number().int().min(0).max(5).default(1),
    /** Bytes of an answer, of a stream with all its events: some 250 for each token. One that is longer is broken off. */
    mostAnswerBytes: count.default(16 * 1024 * 1024),
  })
  .superRefine(({ url, allowLinkLocal }, context) => {
    const fault = urlFault(url, allowLinkLocal);
    if (fault !== undefined) context.addIssue({ code: "custom", path: ["url"], message: fault });
  });

const price = z
  .strictObject({
    /** Bounds of the price in basis points of the registered one, the model owner's choice; 10,000 both: it never moves. */
    least: bps.default(10_000),
    most: bps.default(10_000),
    /** In which the measured load moves half-way to the present one. */
    halfLifeSeconds: seconds.default(30),
  })
  .refine(({ least, most }) => least <= most, { path: ["most"], message: "must not be below least" });

const tokens = z
  .strictObject({
    /** Of an answer, where the caller names none. */
    default: count.default(512),
    /** Of any answer; a caller who asks for more gets this. The books write what was sent of a stream with each part anew: 4,096 parts of 4 bytes are 73 MiB in all, 16,384 are 697 MiB. */
    most: count.default(4096),
    /** Input tokens that the upstream's template adds for each message, and once: they raise what a call may cost at most. */
    perMessage: z.number().int().min(0).default(16),
  })
  .refine((value) => value.default <= value.most, { path: ["default"], message: "must not be above most" });

const model = z.strictObject({
  /** As callers name it. */
  name: label.refine((name) => !name.startsWith("auto:"), "must not begin with auto:"),
  /** Under which `auto:<tag>` finds it. */
  tags: z.array(label).default([]),
  /** Registered version whose answers are sold. */
  version: z.number().int().positive().safe(),
  upstream,
  tokens: tokens.default({}),
  price: price.default({}),
  /** Calls at a time that count as fully busy. */
  places: count.default(8),
});

export const configSchema = z.strictObject({
  chain: z.strictObject({
    /** JSON-RPC; TRIBUTARY_RPC_URL takes its place, for one that holds a key. */
    rpc: z.string().url().optional(),
    /** The deployment file `deployments/<chainId>.json`; a relative path begins at the configuration file's folder. */
    deployment: z.string().min(1),
    /** How often prices, stake and indexes are read. */
    pollSeconds: seconds.default(30),
  }),
  listen: z
    .strictObject({
      host: z.string().default("127.0.0.1"),
      /** 0 picks a free one. */
      port: z.number().int().min(0).max(65_535).default(8402),
    })
    .default({}),
  models: z.array(model).min(1),
  /** Symbol of the token that is taken: OPEN, or one of the deployment's `paymentTokens`. It needs ERC-3009 and an EIP-712 domain that can be read (docs/gateway.md, tokens), or `payments.permit2`. */
  token: z.string().min(1).default("OPEN"),
  books: z
    .strictObject({
      /** SQLite file, where DATABASE_URL names no PostgreSQL; a relative path begins at the configuration file's folder. */
      file: z.string().min(1).default("gateway.sqlite"),
    })
    .default({}),
  payments: z
    .strictObject({
      /** From a payer's wish to withdraw to its withdrawal: long enough to claim every voucher of the channel. */
      withdrawDelaySeconds: z.number().int().min(900).max(2_592_000).default(86_400),
      /** No deposit is taken of fewer calls at a call's ceiling: each is a transaction. x402's client, told the most that a call may cost, deposits five times that at most. */
      depositCalls: count.max(1_000_000).default(5),
      /** Of one channel: each is a transaction that the operator pays for. */
      refundsPerHour: count.max(3_600).default(4),
      /** Between versions of a model in one channel, until it is settled: each costs a close. */
      versionChanges: count.max(1_000_000).default(64),
      /** Takes deposits by Permit2 too; the token needs no ERC-3009 then, and Permit2 alone is offered where it has none. */
      permit2: z.boolean().default(false),
      /** ERC-8004 registries whose agents receipts may name, beside the deployment's own. */
      agentRegistries: z.array(z.string().refine((value) => isAddress(value), "must be an address")).default([]),
    })
    .default({}),
  settlement: z
    .strictObject({
      /** From one settlement of a till to the next. */
      everySeconds: z
        .number()
        .positive()
        .max(90 * 86_400)
        .default(86_400),
      /** Base units, as decimal digits: a till whose channels owe more is settled at once. */
      aboveAmount: z
        .string()
        .regex(/^\d{1,38}$/u, "must be base units in decimal digits")
        .optional(),
      /** Between two looks at the chain for withdrawals and demands. */
      lookSeconds: seconds.default(15),
      /** Blocks after which a transaction counts as done, its own included; as many as make it final on the chain if left out. */
      confirmations: z.number().int().min(1).max(1_000).optional(),
      /** Where receipts of settlements are kept for openings; a relative path begins at the configuration file's folder. */
      folder: z.string().min(1).default("settlements"),
      /** Work folder of the attribution engine: receipts are published in its `bundles`, attributions are read from it. */
      work: z.string().min(1).default("attribution"),
      /** Writes the texts of each closed settlement into `work`, for attributors. */
      handOver: z.boolean().default(false),
      /** Texts of calls that are attributed are forgotten when they are older; kept for ever if left out. */
      keepTextsSeconds: z.number().int().min(0).optional(),
    })
    .default({}),
  gas: z
    .strictObject({
      /** Wei, as decimal digits: with less in the operator's account, or the gateway's, which claims and closes, the gateway is not ready. */
      leastBalance: z
        .string()
        .regex(/^\d{1,30}$/u, "must be wei in decimal digits")
        .default("10000000000000000"),
    })
    .default({}),
  quotes: z
    .strictObject({
      /** How long a price stands before demand may move it. */
      priceSeconds: seconds.default(5),
      /** How long a sum that was asked is accepted. */
      quoteSeconds: seconds.default(60),
    })
    .default({}),
  /** How much each ground counts in the choice of `auto:<tag>`. */
  routing: z
    .strictObject({
      price: z.number().min(0).max(100).default(1),
      latency: z.number().min(0).max(100).default(0.5),
      stake: z.number().min(0).max(100).default(0.1),
      errors: z.number().min(0).max(100).default(4),
    })
    .default({}),
  limits: z
    .strictObject({
      bodyBytes: count.default(1024 * 1024),
      /** Held of all bodies that have not arrived whole; an eighth of `calls` with a body of `bodyBytes` each if left out. */
      bodiesBytes: count.optional(),
      /** Open at a time, those that wait for a next request too. */
      connections: count.default(4096),
      headerBytes: z
        .number()
        .int()
        .min(4096)
        .max(65_536)
        .default(16 * 1024),
      /** For a whole request to arrive. */
      requestSeconds: seconds.default(30),
      /** Paid calls at a time. */
      calls: count.default(1024),
      callsPerPayer: count.default(32),
      /** For calls under way when the gateway is asked to stop. */
      shutdownSeconds: seconds.default(30),
    })
    .default({}),
  log: z.strictObject({ level: z.enum(["debug", "info", "warn", "error"]).default("info") }).default({}),
});

export type Config = z.infer<typeof configSchema>;
export type ModelSettings = Config["models"][number];
export type UpstreamSettings = ModelSettings["upstream"];
export type Limits = Config["limits"];
/** Kinds of calls. */
export type CallKind = UpstreamSettings["serves"][number];
