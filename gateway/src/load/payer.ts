// A payer with the official clients, who keeps what was answered and checks every receipt as it comes.
import OpenAI from "openai";
import { type Address, type Hex, isAddressEqual } from "viem";
import { saltedHash } from "@tributary/protocol/salted-hash";
import { receiptHash, recoverReceiptSigner, type Receipt } from "@tributary/protocol/typed-data/receipt";
import type { Channel } from "./channel.ts";

/** What is asked to be continued. */
export interface Question {
  readonly model: string;
  readonly prompt: string;
  readonly mostTokens: number;
  readonly temperature: number;
  readonly seed: number;
  readonly isStreamed: boolean;
}

/** A call that was paid, with what proves it. */
export interface PaidCall {
  readonly prompt: string;
  readonly answer: string;
  readonly isStreamed: boolean;
  readonly id: Hex;
  readonly receipt: Receipt;
  /** The gateway's. */
  readonly signature: Hex;
  /** That the hashes of prompt and answer are made with; only payer and gateway know it. */
  readonly salt: Hex;
}

/** What a payer knows of the gateway before it pays. */
export interface Seller {
  /** Base URL of its API, with `/v1`. */
  readonly url: string;
  readonly chainId: number;
  readonly till: Address;
  readonly version: bigint;
  /** Whose signature a receipt of the till must have. */
  readonly gateway: Address;
}

/** A call that ended without a receipt. */
export class CallCut extends Error {
  /** Of the answer. */
  readonly received: string;

  constructor(received: string, cause: unknown) {
    super(`the call ended after ${received.length} characters: ${String(cause)}`, { cause });
    this.received = received;
  }
}

/** A receipt that is not what it must be. */
export class WrongReceipt extends Error {}

interface Receipted {
  readonly id: Hex;
  readonly receipt: { readonly [Field in keyof Receipt]: Receipt[Field] extends bigint ? string : Receipt[Field] };
  readonly signature: Hex;
  readonly salt: Hex;
}

export class Payer {
  readonly #seller: Seller;
  readonly #openai: OpenAI;
  /** What the channel was charged by the receipts that this payer has. */
  #sequence = 0n;
  #cumulative = 0n;
  readonly calls: PaidCall[] = [];

  constructor(seller: Seller, channel: Channel) {
    this.#seller = seller;
    // The package asks for a key; the gateway takes payments in its place.
    this.#openai = new OpenAI({ baseURL: seller.url, apiKey: "none", maxRetries: 0, fetch: channel.fetch });
  }

  /** @throws CallCut if no receipt came, WrongReceipt if it is not what it must be */
  async ask(question: Question): Promise<PaidCall> {
    const { answer, receipted } = await (question.isStreamed ? this.#streamed(question) : this.#whole(question));
    const receipt = receiptOf(receipted.receipt);
    const { id, signature, salt } = receipted;
    const call = { prompt: question.prompt, answer, isStreamed: question.isStreamed, id, receipt, signature, salt };
    await this.#check(call);
    this.#sequence = receipt.sequence;
    this.#cumulative = receipt.cumulative;
    this.calls.push(call);
    return call;
  }

  async #whole({ model, prompt, mostTokens, temperature, seed }: Question): Promise<Answered> {
    const { data, response } = await this.#openai.completions
      .create({ model, prompt, max_tokens: mostTokens, temperature, seed })
      .withResponse()
      .catch((error: unknown) => {
        throw new CallCut("", error);
      });
    const header = response.headers.get("x-tributary-receipt");
    const answer = data.choices[0]?.text ?? "";
    if (header === null) throw new CallCut(answer, new Error("the answer has no receipt"));
    return { answer, receipted: JSON.parse(Buffer.from(header, "base64url").toString("utf8")) as Receipted };
  }

  async #streamed({ model, prompt, mostTokens, temperature, seed }: Question): Promise<Answered> {
    let answer = "";
    let receipted: Receipted | undefined;
    try {
      const stream = await this.#openai.completions.create({
        ...{ model, prompt, temperature, seed },
        ...{ max_tokens: mostTokens, stream: true },
      });
      for await (const chunk of stream) {
        answer += chunk.choices[0]?.text ?? "";
        receipted = (chunk as { tributary?: Receipted }).tributary ?? receipted;
      }
    } catch (error) {
      throw new CallCut(answer, error);
    }
    if (receipted === undefined) throw new CallCut(answer, new Error("the stream has no receipt"));
    return { answer, receipted };
  }

  /** Everything that a payer can check of a receipt without asking anybody. */
  async #check({ prompt, answer, id, receipt, signature, salt }: PaidCall): Promise<void> {
    const { chainId, till, version, gateway } = this.#seller;
    const statements: [string, boolean][] = [
      ["is not the gateway's", isAddressEqual(await recoverReceiptSigner(receipt, signature, chainId), gateway)],
      ["has another id", receiptHash(receipt) === id],
      ["is of another till", isAddressEqual(receipt.till, till)],
      ["is of another model", receipt.modelVersion === version],
      ["is of another prompt", receipt.requestHash === saltedHash(salt, prompt)],
      ["is of another answer", receipt.responseHash === saltedHash(salt, answer)],
      ["does not follow the one before", receipt.sequence > this.#sequence],
      ["charges again what was charged", receipt.cumulative - receipt.amount >= this.#cumulative],
    ];
    const broken = statements.filter(([, holds]) => !holds).map(([statement]) => statement);
    if (broken.length > 0) throw new WrongReceipt(`the receipt ${id} ${broken.join(", ")}`);
  }
}

interface Answered {
  readonly answer: string;
  readonly receipted: Receipted;
}

/** Reads a receipt's JSON, whose large numbers are decimal strings. */
function receiptOf({ modelVersion, sequence, amount, cumulative, agentId, ...rest }: Receipted["receipt"]): Receipt {
  return {
    ...rest,
    modelVersion: BigInt(modelVersion),
    sequence: BigInt(sequence),
    amount: BigInt(amount),
    cumulative: BigInt(cumulative),
    agentId: BigInt(agentId),
  };
}
