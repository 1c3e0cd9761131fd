// The load generator, in a process of its own: reads a job as JSON on standard input, does it, and prints the result as JSON.
import { Agent, request as send } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { text } from "node:stream/consumers";
import type { LoadJob, LoadResult } from "./load-job.ts";

const agent = new Agent({ keepAlive: true, maxSockets: 4096 });
const job = JSON.parse(await text(process.stdin)) as LoadJob;
const { hostname, port, pathname } = new URL(job.url);
const length = Buffer.byteLength(job.body);
const latenciesMs: number[] = [];
const statuses: Record<string, number> = {};

/** @param due when it should have been sent: what it waits for counts, so that a slow server is not asked less */
async function call(payment: string | null, due: number): Promise<void> {
  const status = await new Promise<number>((resolve, reject) => {
    const headers = {
      "content-type": "application/json",
      "content-length": length,
      ...(payment !== null && { "payment-signature": payment }),
    };
    const request = send({ hostname, port, path: pathname, method: "POST", agent, headers }, (answer) => {
      answer.resume();
      answer.once("end", () => {
        resolve(answer.statusCode!);
      });
    });
    request.once("error", reject);
    request.end(job.body);
  });
  latenciesMs.push(performance.now() - due);
  statuses[status] = (statuses[status] ?? 0) + 1;
}

/** Calls take turns over the channels; one that is due while its channel is busy waits, and its waiting counts. */
async function openLoop(rate: number): Promise<void> {
  const channels = job.payments.length;
  const total = job.payments.reduce((sum, { length: count }) => sum + count, 0);
  const last: Promise<void>[] = Array.from({ length: channels }, () => Promise.resolve());
  const startedAt = performance.now() + 50;
  for (let index = 0; index < total; index++) {
    const due = startedAt + (1000 * index) / rate;
    while (performance.now() < due) await sleep(Math.max(0, Math.floor(due - performance.now())));
    const channel = index % channels;
    const payment = job.payments[channel]![Math.floor(index / channels)]!;
    // Without payment there is no channel to wait for.
    last[channel] =
      payment === null ? both(last[channel]!, call(payment, due)) : last[channel]!.then(() => call(payment, due));
  }
  await Promise.all(last);
}

async function both(one: Promise<void>, other: Promise<void>): Promise<void> {
  await Promise.all([one, other]);
}

async function closedLoop(): Promise<void> {
  await Promise.all(
    job.payments.map(async (payments) => {
      for (const payment of payments) await call(payment, performance.now());
    }),
  );
}

const startedAt = performance.now();
await (job.rate === undefined ? closedLoop() : openLoop(job.rate));
const seconds = (performance.now() - startedAt) / 1000;
latenciesMs.sort((a, b) => a - b);
process.stdout.write(JSON.stringify({ latenciesMs, seconds, statuses } satisfies LoadResult));
agent.destroy();
