// Throws payments at a gateway that were signed well by their payers' keys, and then had one value changed, were sent again, out of order or side by side: what is answered must be paid for, once.
import { decodePaymentRequiredHeader, encodePaymentSignatureHeader } from "@x402/core/http";
import fc from "fast-check";
import { type Address, type Hex, type LocalAccount, toHex, zeroAddress } from "viem";
import { readReceiptProof } from "@tributary/protocol/receipt-proof";
import { channelId as channelIdOf, type ChannelConfig } from "@tributary/protocol/typed-data/channel";
import { receiptHash, recoverReceiptSigner } from "@tributary/protocol/typed-data/receipt";
import type { Books } from "../src/books/books.ts";
import { signedDeposit, signedVoucher } from "../src/testing/signed-payments.ts";
import { type Alteration, alteration, altered } from "./alter.ts";
import { costOf, type Prices } from "./costs.ts";
import { type Answer, judge, Left, type Request, send } from "./http.ts";

/** A gateway over real books and a real chain. */
export interface PaidGateway {
  readonly url: string;
  readonly chainId: number;
  readonly token: Address;
  readonly till: Address;
  readonly gateway: Address;
  /** Of all its models; they don't move. */
  readonly prices: Prices;
  readonly books: Books;
  /** Of these the first half deposits first; each has as many channels as `CHANNELS`. */
  readonly payers: readonly LocalAccount[];
  /** Contracts, whose vouchers are judged by ERC-1271: the address is the contract's, the signatures are its owner's. */
  readonly contractPayers: readonly LocalAccount[];
  /** Contracts that take every signature for their own: whoever pays out of their channels, what they deposited is all there is. */
  readonly credulousPayers: readonly LocalAccount[];
}

/** How many there were of each: `answered`, `answered by ERC-1271`, `answered by any signature`, `refunded`, `left`, or a refusal by its kind of payment and code. */
export type Reasons = Record<string, number>;

export interface PaidTally {
  /** That were sent. */
  readonly requests: number;
  readonly reasons: Reasons;
}

const CHANNELS = 2;
/** Payments that are kept to be sent again. */
const MOST_KEPT = 64;
const MODEL = "m";
/** In the one form that the chain takes, by no key that is known. */
const ANY_SIGNATURE: Hex = `0x${"11".repeat(64)}1b`;
const BODIES: readonly { readonly path: string; readonly body: object }[] = [
  { path: "/v1/completions", body: { model: MODEL, prompt: "one two words=3" } },
  { path: "/v1/completions", body: { model: MODEL, prompt: "words=2", stream: true } },
  {
    path: "/v1/chat/completions",
    body: { model: MODEL, messages: [{ role: "user", content: "hello words=4 pause=1" }], stream: true },
  },
  { path: "/v1/embeddings", body: { model: "e", input: ["a", "b"] } },
];
const REFUND_PATH = `/v1/refunds/${MODEL}`;

const attempt = fc.record({
  channel: fc.nat(10_000),
  kind: fc.oneof(
    { weight: 12, arbitrary: fc.constant("voucher" as const) },
    { weight: 2, arbitrary: fc.constant("deposit" as const) },
    { weight: 1, arbitrary: fc.constant("refund" as const) },
    { weight: 4, arbitrary: fc.constant("again" as const) },
    { weight: 4, arbitrary: fc.constant("stolen" as const) },
  ),
  body: fc.nat(BODIES.length - 1),
  chance: fc.nat(1_000_000),
  change: fc.oneof(
    { weight: 3, arbitrary: fc.constant(undefined) },
    {
      weight: 3,
      arbitrary: fc.record({
        of: fc.constantFrom("payload", "payload", "payload", "accepted", "whole"),
        what: alteration,
      }),
    },
    {
      weight: 1,
      arbitrary: fc.constantFrom("another key" as const, "another channel" as const, "another body" as const),
    },
  ),
  leavesAfter: fc.oneof({ weight: 30, arbitrary: fc.constant(undefined) }, fc.integer({ min: 0, max: 30 })),
});
type Attempt = typeof attempt extends fc.Arbitrary<infer T> ? T : never;
/** Those of a burst are sent side by side, the later ones of some out of the first one's channel. */
const burst = fc.record({
  attempts: fc.oneof(
    { weight: 3, arbitrary: fc.array(attempt, { minLength: 1, maxLength: 1 }) },
    fc.array(attempt, { minLength: 2, maxLength: 4 }),
  ),
  isRace: fc.boolean(),
});

interface Channel {
  readonly id: Hex;
  readonly payer: LocalAccount;
  readonly config: ChannelConfig;
  readonly answered: "answered" | "answered by ERC-1271" | "answered by any signature";
}

/** A payment that was answered. */
interface Whole {
  readonly payload: {
    readonly channelConfig: object;
    readonly voucher: { readonly channelId: Hex; readonly maxClaimableAmount: string };
  };
}

type Terms = ReturnType<typeof decodePaymentRequiredHeader>["accepts"][number];

/**
 * Sends bursts of payments until there were `runs` requests.
 * @throws Error naming the request for an answer that may not be
 */
export async function fuzzPayments(
  tried: PaidGateway,
  { runs, seed }: { runs: number; seed: number },
): Promise<PaidTally> {
  const run = new PaidRun(tried);
  let [requests, round] = [0, 0];
  while (requests < runs) {
    const bursts = fc.sample(burst, { numRuns: Math.min(500, runs - requests), seed: seed + round++ });
    for (const { attempts, isRace } of bursts) {
      if (requests >= runs) break;
      const [first] = attempts as [Attempt];
      await Promise.all(attempts.map((each) => run.try(isRace ? { ...each, channel: first.channel } : each)));
      requests += attempts.length;
    }
  }
  await run.finish();
  // Less than were tried: at first there was nothing to be sent again.
  const sent = Object.values(run.reasons).reduce((sum, count) => sum + count, 0);
  return { requests: sent, reasons: run.reasons };
}

class PaidRun {
  readonly reasons: Reasons = {};
  readonly #tried: PaidGateway;
  readonly #channels: readonly Channel[];
  readonly #terms = new Map<string, Terms>();
  readonly #sent: Request[] = [];
  readonly #receipts = new Map<Hex, bigint>();
  /** Payments that were answered, by their channel and maximum: none is ever answered again. */
  readonly #paid = new Map<string, Whole>();

  constructor(tried: PaidGateway) {
    this.#tried = tried;
    const { chainId, till, gateway, token, payers, contractPayers, credulousPayers } = tried;
    const channelsOf = (of: readonly LocalAccount[], answered: Channel["answered"]): Channel[] =>
      of.flatMap((payer) =>
        Array.from({ length: CHANNELS }, (_, number) => {
          const parties = {
            payer: payer.address,
            payerAuthorizer: answered === "answered" ? payer.address : zeroAddress,
            receiver: till,
            receiverAuthorizer: gateway,
          };
          const config = { ...parties, token, withdrawDelay: 900, salt: toHex(number, { size: 32 }) };
          return { id: channelIdOf(config, chainId), payer, config, answered };
        }),
      );
    this.#channels = [
      ...channelsOf(payers, "answered"),
      ...channelsOf(contractPayers, "answered by ERC-1271"),
      ...channelsOf(credulousPayers, "answered by any signature"),
    ];
  }

  async try(attempt: Attempt): Promise<void> {
    const request = await this.#requestOf(attempt);
    if (request === undefined) return;
    const { leavesAfter } = attempt;
    try {
      let answer: Answer;
      try {
        answer = await send(this.#tried.url, request, leavesAfter);
      } catch (error) {
        if (!(error instanceof Left)) throw error;
        return this.#count("left");
      }
      judge(answer);
      await this.#judgePaid(attempt.kind, request, answer);
    } catch (error) {
      throw new Error(`${(error as Error).message}; ${JSON.stringify(attempt)}; ${request.path} ${describe(request)}`, {
        cause: error,
      });
    }
  }

  /** What the books say when all is over: nothing breaks them, and every receipt that was given is in them. */
  async finish(): Promise<void> {
    const { books } = this.#tried;
    const faults = await books.audit();
    if (faults.length > 0) throw new Error(`the books don't hold: ${faults.join("; ")}`);
    for (const [id, amount] of this.#receipts) {
      const written = (await books.receipt(id))?.receipt.amount;
      if (written === undefined) throw new Error(`the books have no receipt ${id}, which was given`);
      if (written !== amount)
        throw new Error(`the books have receipt ${id} of ${written}, which was given of ${amount}`);
    }
    const accounts = await Promise.all(this.#channels.map(({ id }) => books.account(id)));
    const charged = accounts.reduce((sum, account) => sum + (account?.sequence ?? 0n), 0n);
    const unseen = Number(charged) - this.#receipts.size;
    // Those who left may have been charged for what was under way.
    if (unseen < 0 || unseen > (this.reasons["left"] ?? 0))
      throw new Error(
        `${charged} calls were charged, ${this.#receipts.size} receipts given, ${this.reasons["left"]} callers left`,
      );
  }

  async #requestOf(attempt: Attempt): Promise<Request | undefined> {
    if (attempt.kind === "again") return this.#again(attempt);
    return attempt.kind === "stolen" ? this.#steal(attempt) : this.#make(attempt);
  }

  /** Somebody else's voucher that a call was charged by, for a call whose terms come to just what it left unspent. */
  async #steal({ chance }: Attempt): Promise<Request | undefined> {
    const all = [...this.#paid.values()];
    const stolen = all[Math.max(0, all.length - 1 - (chance % 20))];
    if (stolen === undefined) return undefined;
    const { channelConfig, voucher } = stolen.payload;
    const account = await this.#tried.books.account(voucher.channelId);
    const left = BigInt(voucher.maxClaimableAmount) - (account?.charged ?? 0n);
    const path = "/v1/completions";
    const bodyOf = (bytes: number) => ({ model: MODEL, prompt: "x".repeat(bytes), max_tokens: 1 });
    const least = BigInt((await this.#termsOf(path, bodyOf(1))).amount);
    const perByte = BigInt((await this.#termsOf(path, bodyOf(2))).amount) - least;
    if (left < least || (left - least) % perByte !== 0n) return undefined;
    const body = bodyOf(1 + Number((left - least) / perByte));
    const accepted = await this.#termsOf(path, body);
    const resource = { url: this.#tried.url + path };
    return requestOf(path, body, {
      x402Version: 2,
      accepted,
      resource,
      payload: { type: "voucher", channelConfig, voucher },
    });
  }

  async #make({ channel: number, kind: wanted, body, chance, change }: Attempt): Promise<Request> {
    const { books, chainId, token } = this.#tried;
    const channels = this.#channels;
    const channel = channels[number % channels.length]!;
    const { path, body: asked } = wanted === "refund" ? { path: REFUND_PATH, body: {} } : BODIES[body]!;
    const terms = await this.#termsOf(path, asked);
    const stored = await books.channels.get(channel.id);
    // Else little would come of the first vouchers.
    const kind = wanted === "voucher" && stored === undefined && chance % 4 > 0 ? "deposit" : wanted;
    const charged = BigInt(stored?.chargedCumulativeAmount ?? 0);
    const left = BigInt(stored?.balance ?? 0) - charged;
    const most = kind === "refund" ? charged : charged + BigInt(terms.amount);
    const other = channels[(number + 1 + (chance % (channels.length - 1))) % channels.length]!;
    const signer = change === "another key" ? other.payer : channel.payer;
    // What is told apart by signatures must not be: of a contract that takes any, all payments may have the same one.
    const isAlike = channel.answered === "answered by any signature" && chance % 2 === 0;
    const payer = isAlike ? { ...signer, signTypedData: () => Promise.resolve(ANY_SIGNATURE) } : signer;
    const { name, version, minDeposit } = terms.extra as Record<string, string>;
    let payload: object = { type: kind, ...(await signedVoucher(payer, channel.config, most, chainId)) };
    if (kind === "deposit") {
      const amount = BigInt(minDeposit!) + BigInt(chance % 3) - (chance % 10 === 0 ? 5n : 0n);
      const domain = { token, name: name!, version: version!, chainId };
      payload = { type: kind, ...(await signedDeposit(payer, channel.config, { amount, most }, domain)) };
    }
    if (kind === "refund") {
      const amount = [undefined, BigInt(terms.amount), left, 1n, left / 2n][chance % 5];
      if (amount !== undefined) payload = { ...payload, amount: String(amount) };
    }
    if (change === "another channel") payload = { ...payload, channelConfig: other.config };
    const whole = { x402Version: 2, accepted: terms as object, payload, resource: { url: this.#tried.url + path } };
    const payment = typeof change === "object" ? changed(whole, change.of, change.what) : whole;
    const sent = change === "another body" ? BODIES[(body + 1) % BODIES.length]! : { path, body: asked };
    const request = requestOf(sent.path, sent.body, payment);
    this.#sent.push(request);
    if (this.#sent.length > MOST_KEPT) this.#sent.splice(chance % MOST_KEPT, 1);
    return request;
  }

  #again({ chance }: Attempt): Request | undefined {
    return this.#sent[chance % Math.max(this.#sent.length, 1)];
  }

  async #termsOf(path: string, body: object): Promise<Terms> {
    const key = path + JSON.stringify(body);
    let terms = this.#terms.get(key);
    if (terms === undefined) {
      const response = await fetch(
        this.#tried.url + path,
        path === REFUND_PATH ? {} : { method: "POST", body: JSON.stringify(body) },
      );
      terms = decodePaymentRequiredHeader(response.headers.get("PAYMENT-REQUIRED")!).accepts[0]!;
      this.#terms.set(key, terms);
    }
    return terms;
  }

  async #judgePaid(kind: string, request: Request, answer: Answer): Promise<void> {
    if (answer.status >= 400) {
      const { error } = JSON.parse(answer.text) as { error: { code: string | null } };
      return this.#count(`${kind}: ${answer.status} ${plain(error.code)}`);
    }
    if (answer.status !== 200) throw new Error(`it answers ${answer.status}`);
    const proof = proofOf(answer);
    if (proof === undefined) {
      const isRefund =
        answer.headers["payment-response"] !== undefined &&
        !answer.text.includes("choices") &&
        !answer.text.includes("embedding");
      if (!isRefund) throw new Error(`it answered without a receipt at ${request.path}: ${answer.text}`);
      return this.#count("refunded");
    }
    const { receipt, signature } = readReceiptProof(proof);
    const id = receiptHash(receipt);
    if (this.#receipts.has(id)) throw new Error(`it gave receipt ${id} twice`);
    this.#receipts.set(id, receipt.amount);
    const cost = costOf(request.body, this.#tried.prices);
    if (receipt.amount !== cost) throw new Error(`receipt ${id} is of ${receipt.amount} for a call that costs ${cost}`);
    const whole = JSON.parse(describe(request)) as Whole;
    const { channelId, maxClaimableAmount } = whole.payload.voucher;
    const voucher = `${channelId.toLowerCase()} ${maxClaimableAmount}`;
    if (this.#paid.has(voucher)) throw new Error(`it answered twice by one voucher: ${voucher}`);
    this.#paid.set(voucher, whole);
    if ((await recoverReceiptSigner(receipt, signature, this.#tried.chainId)) !== this.#tried.gateway)
      throw new Error(`receipt ${id} is not signed by the gateway`);
    const channel = this.#channels.find((each) => each.id === receipt.channelId);
    if (channel === undefined)
      throw new Error(`receipt ${id} is of channel ${receipt.channelId}, which nobody paid from`);
    this.#count(channel.answered);
  }

  #count(reason: string): void {
    this.reasons[reason] = (this.reasons[reason] ?? 0) + 1;
  }
}

function requestOf(path: string, body: object, payment: object): Request {
  return {
    method: "POST",
    path,
    headers: {
      "content-type": "application/json",
      "payment-signature": encodePaymentSignatureHeader(payment as never),
    },
    body: Buffer.from(JSON.stringify(body)),
  };
}

function changed(whole: { payload: object; accepted: object }, of: string, what: Alteration): object {
  if (of === "payload") return { ...whole, payload: altered(whole.payload, what).value };
  if (of === "accepted") return { ...whole, accepted: altered(whole.accepted, what).value };
  return altered(whole, what).value;
}

/** Of a whole answer in the header, of a streamed one in one of its parts. */
function proofOf({ headers, text }: Answer): unknown {
  const header = headers["x-tributary-receipt"];
  if (typeof header === "string") return JSON.parse(Buffer.from(header, "base64url").toString());
  for (const line of text.split("\n")) {
    if (!line.startsWith("data: {")) continue;
    const { tributary } = JSON.parse(line.slice(6)) as { tributary?: unknown };
    if (tributary !== undefined) return tributary;
  }
  return undefined;
}

/** A refusal's code without x402's prefix, nor what it quotes of the payment. */
function plain(code: string | null): string {
  return (code ?? "").replace("invalid_batch_settlement_evm_", "").replace(/: .*$/u, "");
}

function describe({ headers }: Request): string {
  return Buffer.from(headers["payment-signature"] ?? "", "base64").toString();
}
