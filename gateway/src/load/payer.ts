// A payer with the official clients, who keeps what was answered and checks every receipt as it comes.
import OpenAI from "openai";
import { type Address, type Hex } from "viem";
import { readReceiptProof, verifyReceipt } from "@tributary/protocol/receipt-proof";
import type { Receipt } from "@tributary/protocol/typed-data/receipt";
import { type Agent, AGENT_ID_HEADER, AGENT_REGISTRY_HEADER, NO_AGENT } from "../payments/agents.ts";
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

export class Payer {
  readonly #seller: Seller;
  readonly #channel: Channel;
  readonly #agent: Agent;
  readonly #openai: OpenAI;
  /** The last receipt. */
  #previous: Receipt | undefined;

  /** @param agent that its calls are for, whose owner or wallet the channel's payer is */
  constructor(seller: Seller, channel: Channel, agent: Agent = NO_AGENT) {
    this.#seller = seller;
    this.#channel = channel;
    this.#agent = agent;
    const named = { [AGENT_REGISTRY_HEADER]: agent.registry, [AGENT_ID_HEADER]: String(agent.id) };
    // The package asks for a key; the gateway takes payments in its place.
    this.#openai = new OpenAI({
      ...{ baseURL: seller.url, apiKey: "none", maxRetries: 0, fetch: channel.fetch },
      defaultHeaders: agent === NO_AGENT ? {} : named,
    });
  }

  /** @throws CallCut if no receipt came, WrongReceipt if it is not what it must be */
  async ask(question: Question): Promise<PaidCall> {
    const { prompt, isStreamed } = question;
    const { answer, proof } = await (isStreamed ? this.#streamed(question) : this.#whole(question));
    await this.#check(prompt, answer, proof);
    const { id, receipt, signature, salt } = readReceiptProof(proof);
    this.#previous = receipt;
    return { prompt, answer, isStreamed, id, receipt, signature, salt };
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
    return { answer, proof: JSON.parse(Buffer.from(header, "base64url").toString("utf8")) };
  }

  async #streamed({ model, prompt, mostTokens, temperature, seed }: Question): Promise<Answered> {
    let answer = "";
    let proof: unknown;
    try {
      const stream = await this.#openai.completions.create({
        ...{ model, prompt, temperature, seed },
        ...{ max_tokens: mostTokens, stream: true },
      });
      for await (const chunk of stream) {
        answer += chunk.choices[0]?.text ?? "";
        proof = (chunk as { tributary?: unknown }).tributary ?? proof;
      }
    } catch (error) {
      throw new CallCut(answer, error);
    }
    if (proof === undefined) throw new CallCut(answer, new Error("the stream has no receipt"));
    return { answer, proof };
  }

  /** Everything that a payer can check of a receipt without asking anybody. */
  async #check(prompt: string, answer: string, proof: unknown): Promise<void> {
    const { signed } = this.#channel;
    if (signed === undefined) throw new WrongReceipt("a receipt came without a payment");
    const { chainId, gateway, till, version } = this.#seller;
    const { channelId, ceiling, most } = signed;
    const agent = { agentRegistry: this.#agent.registry, agentId: this.#agent.id };
    const faults = await verifyReceipt(proof, {
      ...{ chainId, gateway, till, channelId, prompt, answer, signed: ceiling, most },
      ...{ at: Date.now() / 1000, version, agent },
      ...(this.#previous === undefined ? {} : { previous: this.#previous }),
    });
    if (faults.length > 0) throw new WrongReceipt(`the receipt is wrong: ${faults.join("; ")}`);
  }
}

interface Answered {
  readonly answer: string;
  /** As it came, not looked at yet. */
  readonly proof: unknown;
}
