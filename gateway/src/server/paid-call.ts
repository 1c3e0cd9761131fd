// One paid call from its body to its answer: quoted, paid, answered by the upstream, charged.
import type { IncomingMessage } from "node:http";
import type { Call } from "../openai/call.ts";
import { readCitations } from "../openai/citations.ts";
import { exchangeOf, type Usage } from "../openai/usage.ts";
import { chargeOf } from "../models/quote.ts";
import type { Charged, Opened, Payment, Payments } from "../payments/payments.ts";
import { acceptedTerms } from "../routing/accepted.ts";
import type { Route, Router } from "../routing/router.ts";
import { readEvents } from "../upstream/events.ts";
import { badAnswer, slowReader, tooSlow, UpstreamFailure } from "../upstream/failure.ts";
import type { Upstream } from "../upstream/upstream.ts";
import type { Gate } from "./gate.ts";
import { JsonAnswer } from "./json-answer.ts";
import type { Log } from "./log.ts";
import type { Metrics } from "./metrics.ts";
import { Outlet, ReaderGone } from "./outlet.ts";
import { paymentNotTaken } from "./payment-not-taken.ts";
import { StreamRelay } from "./stream-relay.ts";
import { orUnavailable } from "./unavailable.ts";

/** What paid calls need of the gateway. */
export interface CallParts {
  readonly router: Router;
  /** By model name. */
  readonly upstreams: ReadonlyMap<string, Upstream>;
  readonly payments: Payments;
  readonly gate: Gate;
  readonly metrics: Metrics;
  readonly log: Log;
}

/** What is known of a request when its answer is logged. */
export interface Note {
  readonly request: string;
  charge?: object;
  /** Of every answer to it: which model was chosen, and why. */
  headers?: Readonly<Record<string, string>>;
}

/** The call of one request whose payment holds. */
interface Paid {
  readonly call: Call;
  readonly route: Route;
  readonly payment: Payment;
  /** Ends it: the caller is gone before anything was sent, or its time is over. */
  readonly control: AbortController;
  readonly headers: Readonly<Record<string, string>>;
  /** Counts it out. */
  readonly leave: () => void;
}

const EVENT_STREAM = {
  "content-type": "text/event-stream; charset=utf-8",
  "cache-control": "no-store",
  "x-accel-buffering": "no",
};

export class PaidCalls {
  readonly #parts: CallParts;

  constructor(parts: CallParts) {
    this.#parts = parts;
  }

  /**
   * Answers a call: 402 with its terms if it is not paid.
   * @param request its headers and URL are read, not its body
   * @param gone aborted when the caller goes before its answer was sent
   * @throws ApiError for what was wrong; then nothing was charged
   */
  async answer(call: Call, request: Request, gone: AbortSignal, note: Note): Promise<Response> {
    const { router, gate, payments } = this.#parts;
    const leave = [gate.enter()];
    const leaveAll = (): void => {
      for (const each of leave.splice(0)) each();
    };
    let isHandedOn = false;
    try {
      const route = router.route(call.model, call, acceptedTerms(request.headers), (quote, amount) =>
        payments.raiseOf(quote, amount),
      );
      const { offer } = route.listing;
      const headers = { "x-tributary-model": offer.name, "x-tributary-routing": route.reason };
      note.headers = headers;
      const opened = await this.#open(request, route);
      if ("response" in opened) return withHeaders(opened.response, headers);
      const { payment } = opened;
      try {
        leave.push(gate.enterPayer(payment.payer), route.listing.demand.begin());
      } catch (error) {
        await payment.release();
        throw error;
      }
      isHandedOn = true;
      const paid: Paid = { call, route, payment, headers, leave: leaveAll, control: new AbortController() };
      return await this.#run(paid, gone, note);
    } finally {
      if (!isHandedOn) leaveAll();
    }
  }

  #open(request: Request, { quote }: Route): Promise<Opened> {
    return orUnavailable("Payments can't be judged now; nothing was charged.", () =>
      this.#parts.payments.open(request, quote),
    );
  }

  async #run(paid: Paid, gone: AbortSignal, note: Note): Promise<Response> {
    const { call, route, control } = paid;
    const { name } = route.listing.offer;
    const giveUp = (): void => {
      control.abort(new ReaderGone("the caller is gone"));
    };
    const outlet: Outlet | undefined = !call.isStream
      ? undefined
      : new Outlet(() => {
          // A stream of which anything was sent is read to its end, within its time: only there its usage is said.
          if (!outlet!.isStarted) giveUp();
        });
    const onGone = (): void => {
      if (outlet === undefined) giveUp();
      else outlet.abandon();
    };
    if (gone.aborted) onGone();
    gone.addEventListener("abort", onGone, { once: true });
    const timer = setTimeout(() => {
      control.abort(outlet?.isWaiting === true ? slowReader() : tooSlow(name));
    }, route.listing.settings.upstream.totalSeconds * 1000);
    let streaming: Promise<void> | undefined;
    const end = (): void => {
      clearTimeout(timer);
      gone.removeEventListener("abort", onGone);
      paid.leave();
    };
    try {
      const startedAt = performance.now();
      let head: IncomingMessage;
      try {
        head = await this.#upstream(name).call(
          call.kind,
          call.bodyFor(route.listing.settings, route.bound),
          control.signal,
        );
      } catch (error) {
        this.#failed(paid, error, startedAt);
        await paid.payment.release();
        throw error;
      }
      if (outlet === undefined) return await this.#answerWhole(paid, head, startedAt, note);
      const stream = this.#answerStream(paid, head, outlet, startedAt, note);
      streaming = stream.ended.finally(end);
      return await stream.response;
    } finally {
      if (streaming === undefined) end();
    }
  }

  async #answerWhole(paid: Paid, head: IncomingMessage, startedAt: number, note: Note): Promise<Response> {
    const { call, route, payment, control } = paid;
    const { name } = route.listing.offer;
    let read: ReturnType<Call["read"]>;
    let usage: Usage | undefined;
    try {
      read = call.read(await this.#upstream(name).readJson(head, control.signal));
      if (typeof read === "string") throw badAnswer(name, read);
      usage = read.usage;
      if (usage === undefined) throw badAnswer(name, "did not say how many tokens it used");
      this.#answered(paid, startedAt);
    } catch (error) {
      this.#failed(paid, error, startedAt);
      await payment.release();
      throw error;
    }
    const amount = chargeOf(usage, route.bound, route.quote.prices);
    let charged: Charged;
    try {
      charged = await payment.charge({
        amount,
        exchange: exchangeOf(call.prompt, read.text, usage, readCitations(read.body["citations"])),
      });
    } catch (error) {
      throw paymentNotTaken(error);
    }
    note.charge = this.#charged(paid, charged, usage);
    return new JsonAnswer({ ...read.body, model: name }, { ...paid.headers, ...charged.headers });
  }

  #answerStream(
    paid: Paid,
    head: IncomingMessage,
    outlet: Outlet,
    startedAt: number,
    note: Note,
  ): { response: Promise<Response>; ended: Promise<void> } {
    const { call, route, payment, control } = paid;
    const { offer, settings } = route.listing;
    control.signal.addEventListener("abort", () => {
      const reason = control.signal.reason as Error;
      head.destroy(reason);
      outlet.interrupt(reason);
    });
    void outlet.started.then(() => {
      this.#answered(paid, startedAt);
    });
    const run = new StreamRelay(call, route, payment, outlet)
      .run(readEvents(head, offer.name, control.signal, settings.upstream.mostAnswerBytes))
      .then((end) => {
        head.destroy();
        if (end.error !== undefined) this.#failed(paid, end.error, outlet.isStarted ? undefined : startedAt);
        if (end.charged === undefined) return end;
        note.charge = this.#charged(paid, end.charged, end.usage ?? countOf(end.charged));
        if (outlet.isStarted) this.#parts.log.info({ event: "streamed", request: note.request, ...note.charge });
        return end;
      });
    const whole = run.then((end) => {
      if (end.error !== undefined) throw end.error;
      return new Response(end.rest, { headers: { ...EVENT_STREAM, ...paid.headers, ...end.charged!.headers } });
    });
    const ended = run.then(
      ({ rest }) => {
        if (!outlet.isStarted) return;
        try {
          outlet.send(rest);
          outlet.close();
        } catch {
          outlet.abandon();
        }
      },
      (error: unknown) => {
        // Neither charged nor released: the books let go of the channel when its time is over.
        this.#parts.log.error({ event: "failed", request: note.request, error });
        outlet.breakOff(error);
      },
    );
    const parted = outlet.started.then(
      () => new Response(outlet.body, { headers: { ...EVENT_STREAM, ...paid.headers } }),
    );
    return { response: Promise.race([whole, parted]), ended };
  }

  #upstream(model: string): Upstream {
    return this.#parts.upstreams.get(model)!;
  }

  #answered({ call, route: { listing } }: Paid, startedAt: number): void {
    const milliseconds = performance.now() - startedAt;
    listing.record.answered(call.isStream, milliseconds);
    this.#parts.metrics.upstreamAnswered(listing.offer.name, milliseconds / 1000);
  }

  /** @param startedAt when it was called, if nothing came of it */
  #failed({ call, route: { listing } }: Paid, error: unknown, startedAt: number | undefined): void {
    if (error instanceof ReaderGone && startedAt !== undefined)
      listing.record.waited(call.isStream, performance.now() - startedAt);
    if (!(error instanceof UpstreamFailure)) return;
    if (error.isFault) listing.record.failed();
    this.#parts.metrics.upstreamFailed(listing.offer.name, error.status);
  }

  #charged({ route, payment }: Paid, { entry }: Charged, usage: Usage): object {
    const { name } = route.listing.offer;
    this.#parts.metrics.charged(name, entry.receipt.amount, usage);
    return {
      model: name,
      receipt: entry.id,
      channel: payment.channelId,
      amount: entry.receipt.amount.toString(),
      inputTokens: usage.input,
      outputTokens: usage.output,
    };
  }
}

function countOf({ entry: { exchange } }: Charged): Usage {
  return { input: exchange?.inputTokens ?? 0, output: exchange?.outputTokens ?? 0 };
}

function withHeaders(response: Response, headers: Readonly<Record<string, string>>): Response {
  const joined = new Headers(response.headers);
  for (const [name, value] of Object.entries(headers)) joined.set(name, value);
  return new Response(response.body, { status: response.status, headers: joined });
}
