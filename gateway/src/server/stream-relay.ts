// Passes a streamed answer on as it comes: paid for before each part is sent, its receipt in the last part, which waits for the charge.
import type { Call, Gathering } from "../openai/call.ts";
import { onlyChoice } from "../openai/call.ts";
import { ApiError, internalError } from "../openai/api-error.ts";
import { readCitations } from "../openai/citations.ts";
import { exchangeOf, readUsage, type Usage } from "../openai/usage.ts";
import { chargeOf } from "../models/quote.ts";
import type { Citation } from "../receipts/entry.ts";
import { receiptProof } from "@tributary/protocol/receipt-proof";
import type { Charged, Payment, Served } from "../payments/payments.ts";
import type { Route } from "../routing/router.ts";
import type { StreamEvent } from "../upstream/events.ts";
import { badAnswer, UpstreamFailure } from "../upstream/failure.ts";
import { type Outlet, ReaderGone } from "./outlet.ts";
import { paymentNotTaken } from "./payment-not-taken.ts";

type Chunk = Record<string, unknown>;

/** How a streamed call ended. */
export interface StreamEnd {
  readonly charged: Charged | undefined;
  readonly usage: Usage | undefined;
  /** What broke it off, if anything did. */
  readonly error: Error | undefined;
  /** What is to be sent after the parts that were: everything, if nothing was. */
  readonly rest: string;
}

export class StreamRelay {
  readonly #call: Call;
  readonly #route: Route;
  readonly #payment: Payment;
  readonly #outlet: Outlet;
  readonly #answer: Gathering;
  /** Chunks that carried something: each is a token or more. */
  #carried = 0;
  /** Of what they carried, reasoning and refusals too; and of those that were sent. */
  #bytes = 0;
  #sentBytes = 0;
  #usage: Usage | undefined;
  #citations: readonly Citation[] | undefined;
  /** To be sent as soon as it is paid for. */
  #pending: Chunk[] = [];
  /** From the chunk that says why the answer ended: sent once it is charged. */
  #last: Chunk[] = [];
  #usageChunk: Chunk | undefined;
  #isDone = false;
  /** What was written down and sent. */
  #served: Served | undefined;

  constructor(call: Call, route: Route, payment: Payment, outlet: Outlet) {
    this.#call = call;
    this.#route = route;
    this.#payment = payment;
    this.#outlet = outlet;
    this.#answer = call.gathering();
  }

  /** Runs to the end; in every case the payment is charged or released when this resolves. */
  async run(events: AsyncIterable<StreamEvent[]>): Promise<StreamEnd> {
    try {
      for await (const portion of events) {
        for (const event of portion) this.#take(event);
        if (this.#isDone) break;
        // A caller who leaves is sent nothing more; the upstream is read to its end, where it says what it used.
        if (this.#isLeft) {
          this.#pending = [];
          continue;
        }
        // A deposit is made with the charge, so all of its answer waits for that.
        if (this.#carried > 0 && this.#pending.length > 0 && !this.#payment.isDeposit) await this.#send();
      }
      if (!this.#isDone && this.#last.length === 0) throw badAnswer(this.#name, "broke off its answer");
    } catch (error) {
      return this.#breakOff(error as Error);
    }
    return this.#isLeft ? this.#breakOff(new ReaderGone("the caller is gone")) : this.#finish();
  }

  get #isLeft(): boolean {
    return this.#served !== undefined && this.#outlet.isGone;
  }

  get #name(): string {
    return this.#route.listing.offer.name;
  }

  #take(event: StreamEvent): void {
    if (event === "done") {
      this.#isDone = true;
      return;
    }
    const { chunk } = event;
    if (chunk["error"] !== undefined && chunk["error"] !== null) throw badAnswer(this.#name, "broke off its answer");
    this.#usage = readUsage(chunk["usage"]) ?? this.#usage;
    this.#citations = readCitations(chunk["citations"]) ?? this.#citations;
    const choice = onlyChoice(chunk);
    if (typeof choice === "string") throw badAnswer(this.#name, choice);
    if (choice === undefined) {
      if (chunk["usage"] !== undefined) this.#usageChunk = chunk;
      return;
    }
    const bytes = this.#answer.add(choice);
    if (typeof bytes === "string") throw badAnswer(this.#name, bytes);
    if (bytes > 0) this.#carried++;
    this.#bytes += bytes;
    // Some upstreams say "" as long as the answer goes on.
    const isLast = this.#last.length > 0 || (choice["finish_reason"] ?? "") !== "";
    (isLast ? this.#last : this.#pending).push(chunk);
  }

  /** Writes down what is about to be sent, then sends it. */
  async #send(): Promise<void> {
    const chunks = this.#pending;
    this.#pending = [];
    const served = this.#soFar();
    const bytes = this.#bytes;
    await this.#payment.serving(served);
    try {
      this.#outlet.send(this.#write(chunks));
      this.#served = served;
      this.#sentBytes = bytes;
      await this.#outlet.ready();
    } catch (error) {
      if (!(error instanceof ReaderGone) || !this.#isLeft) throw error;
    }
  }

  /** What was gathered, at the upstream's count or, until it says one, at an estimate of the input, and a token a chunk. */
  #soFar(): Served {
    const usage = this.#usage ?? { input: this.#call.estimatedInput, output: this.#carried };
    return this.#servedAt(usage, this.#answer.text());
  }

  /**
   * What was sent, as the upstream counts it by now: of the output that share which the sent bytes are of all, of what no receipt covers too. An upstream may say its count long after
   * its reader left, and put many tokens into a chunk: at a token a chunk, whoever leaves before the last one would pay for few of what it was sent.
   */
  #sent({ exchange }: Served): Served {
    if (this.#usage === undefined) {
      return this.#servedAt({ input: this.#call.estimatedInput, output: exchange.outputTokens }, exchange.answer);
    }
    const { input, output } = this.#usage;
    // Not below what was written down for it: the parts that came later may be longer ones.
    const part = Math.min(output, Math.max(exchange.outputTokens, Math.ceil((output * this.#sentBytes) / this.#bytes)));
    return this.#servedAt({ input, output: part }, exchange.answer);
  }

  #servedAt(usage: Usage, answer: string): Served {
    const { bound, quote } = this.#route;
    return {
      amount: chargeOf(usage, bound, quote.prices),
      exchange: exchangeOf(this.#call.prompt, answer, usage, this.#citations),
    };
  }

  async #finish(): Promise<StreamEnd> {
    const served = this.#soFar();
    let charged: Charged;
    try {
      if (this.#carried === 0 && this.#usage === undefined) throw badAnswer(this.#name, "answered with nothing");
      charged = await this.#payment.charge(served);
    } catch (error) {
      if (error instanceof UpstreamFailure) return this.#breakOff(error);
      return this.#end(undefined, paymentNotTaken(error, this.#served !== undefined));
    }
    const chunks = [...this.#pending, ...this.#last];
    const last = chunks.pop() ?? this.#emptyChunk();
    const receipted = { ...last, tributary: receiptProof(charged.entry) };
    const usage = this.#call.wantsUsage && this.#usageChunk !== undefined ? [this.#usageChunk] : [];
    return this.#end(charged, undefined, this.#write([...chunks, receipted, ...usage]) + "data: [DONE]\n\n");
  }

  /** What was sent is charged, what was not is dropped; nothing is charged if nothing was sent. */
  async #breakOff(error: Error): Promise<StreamEnd> {
    if (this.#served === undefined) {
      await this.#payment.release();
      return this.#end(undefined, error);
    }
    try {
      return this.#end(await this.#payment.charge(this.#sent(this.#served)), error);
    } catch (refusal) {
      return this.#end(undefined, paymentNotTaken(refusal, true));
    }
  }

  #end(charged: Charged | undefined, error: Error | undefined, rest?: string): StreamEnd {
    return {
      charged,
      error,
      usage: error === undefined ? this.#usage : undefined,
      rest: rest ?? this.#errorEvent(charged, error),
    };
  }

  /** Said in the stream, whose status has been sent: with the receipt of what was charged of it. */
  #errorEvent(charged: Charged | undefined, error: Error | undefined): string {
    if (this.#served === undefined) return "";
    const known = error instanceof UpstreamFailure ? error.ofBegun : error;
    return `data: ${JSON.stringify({
      ...(known instanceof ApiError ? known : internalError()).body(),
      ...(charged !== undefined && { tributary: receiptProof(charged.entry) }),
    })}\n\n`;
  }

  #emptyChunk(): Chunk {
    const isChat = this.#call.kind === "chat";
    return {
      id: `tributary-${crypto.randomUUID()}`,
      object: isChat ? "chat.completion.chunk" : "text_completion",
      created: Math.floor(Date.now() / 1000),
      choices: [{ index: 0, ...(isChat ? { delta: {} } : { text: "" }), finish_reason: "stop" }],
    };
  }

  #write(chunks: readonly Chunk[]): string {
    let text = "";
    for (const { usage, ...chunk } of chunks) {
      const shown = this.#call.wantsUsage ? { ...chunk, usage: usage ?? null } : chunk;
      text += `data: ${JSON.stringify({ ...shown, model: this.#name })}\n\n`;
    }
    return text;
  }
}
