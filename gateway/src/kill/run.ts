// Kills a gateway at random instants of a load by official clients, and compares its books with what the clients saw.
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Hex, LocalAccount } from "viem";
import { localPrivateKey } from "@tributary/protocol/local-keys";
import { type BooksPlace, openBooks } from "../books/open.ts";
import type { Entry } from "../receipts/entry.ts";
import type { PaymentChain } from "../testing/chain.ts";
import { GATEWAY_KEY, officialClient } from "../testing/paid-calls.ts";
import { localSigner } from "../accounts/local-signer.ts";
import { KILL_CEILING, type KillCall, type KillServerOptions } from "./server-options.ts";

export interface KillRunOptions {
  readonly chain: PaymentChain;
  readonly books: BooksPlace;
  readonly kills: number;
  readonly clients: number;
  /** Told each kill's instant and what the next start recovered. */
  readonly log: (line: string) => void;
}

export interface KillReport {
  readonly kills: number;
  /** Calls that were sent, those whose whole answer came back, and those that the books have. */
  readonly calls: number;
  readonly answered: number;
  readonly charged: number;
  /** Calls that a kill cut short: charged for what was sent, or not charged. */
  readonly cutShort: number;
  readonly recovered: number;
  /** Base units in all. */
  readonly total: bigint;
  /** What the books and the clients don't agree in; none in a sound run. */
  readonly faults: readonly string[];
}

/** What a client saw of a call. */
interface Seen {
  readonly call: KillCall;
  readonly payer: string;
  parts: number;
  isWhole: boolean;
  receipt: Hex | undefined;
}

/** A kill comes at an instant up to so long after the next gateway stands by. */
const MOST_MILLISECONDS = 400;

export async function killRun(options: KillRunOptions): Promise<KillReport> {
  const { chain, clients, kills, log } = options;
  const till = await chain.simulatedTill(localSigner(GATEWAY_KEY, 31337).address);
  const serverOptions: KillServerOptions = {
    books: options.books,
    rpcUrl: chain.rpcUrl,
    operatorKey: localPrivateKey(0),
    gatewayKey: GATEWAY_KEY,
    till,
    token: chain.open,
  };
  const payers = [];
  for (let payer = 0; payer < clients; payer++) payers.push(await chain.payer(10n ** 9n));

  const seen: Seen[] = [];
  const gateway = { port: 0 };
  const load = { done: false };
  let recovered = 0;
  let present = await begin(await standBy(serverOptions), gateway);
  const working = payers.map((payer, index) => pay(chain, payer, index, gateway, load, seen));
  for (let kill = 1; kill <= kills; kill++) {
    const next = await standBy(serverOptions);
    const delay = Math.random() * MOST_MILLISECONDS;
    await new Promise((resolve) => setTimeout(resolve, delay));
    const instant = await end(present);
    present = await begin(next, gateway);
    recovered += present.recovered;
    log(`kill ${kill} at ${instant}, ${seen.length} calls so far; ${present.recovered} recovered`);
  }
  await new Promise((resolve) => setTimeout(resolve, MOST_MILLISECONDS));
  load.done = true;
  await Promise.all(working);
  await end(present);
  return report(options, seen, recovered);
}

interface Gateway {
  readonly process: ChildProcess;
  readonly recovered: number;
}

async function standBy(options: KillServerOptions): Promise<ChildProcess> {
  const server = fileURLToPath(new URL("./server.ts", import.meta.url));
  const child = fork(server, [JSON.stringify(options)], { stdio: ["ignore", "ignore", "inherit", "ipc"] });
  await told(child);
  return child;
}

async function begin(child: ChildProcess, gateway: { port: number }): Promise<Gateway> {
  child.send("begin");
  const { port, recovered } = (await told(child)) as { port: number; recovered: number };
  gateway.port = port;
  return { process: child, recovered };
}

async function end({ process: child }: Gateway): Promise<string> {
  const gone = once(child, "exit");
  child.kill("SIGKILL");
  const instant = new Date().toISOString();
  await gone;
  return instant;
}

async function told(child: ChildProcess): Promise<unknown> {
  const ended = once(child, "exit").then(([code]) => Promise.reject(new Error(`the gateway ended with code ${code}`)));
  const [message] = (await Promise.race([once(child, "message"), ended])) as [unknown];
  // A later end is meant.
  ended.catch(() => undefined);
  return message;
}

/** Calls after calls of one payer, until the load is done. */
async function pay(
  chain: PaymentChain,
  payer: LocalAccount,
  index: number,
  gateway: { port: number },
  load: { done: boolean },
  seen: Seen[],
): Promise<void> {
  // Each answer is read in full here, so that a kill in its midst shows as a part of it.
  let last: Seen;
  const fetch = async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    const request = new Request(input, init);
    const body = await request.text();
    const response = await globalThis.fetch(`http://127.0.0.1:${gateway.port}/v1/completions`, {
      method: "POST",
      body,
      headers: request.headers,
    });
    if (response.status === 200) await read(response, last);
    return new Response(null, { status: response.status, headers: response.headers });
  };
  const client = officialClient(chain, { fetch }, payer);
  for (let count = 0; !load.done; count++) {
    const call: KillCall = {
      name: `call ${index}.${count}`,
      amount: 1 + Math.floor(Math.random() * Number(KILL_CEILING)),
      stream: Math.random() < 0.5,
    };
    last = { call, payer: payer.address, parts: 0, isWhole: false, receipt: undefined };
    seen.push(last);
    try {
      await client.call(call as unknown as Parameters<typeof client.call>[0]);
    } catch {
      // The gateway is gone: the next call finds the next one.
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

async function read(response: Response, seen: Seen): Promise<void> {
  const header = response.headers.get("x-tributary-receipt");
  if (header !== null) seen.receipt = (JSON.parse(Buffer.from(header, "base64url").toString()) as { id: Hex }).id;
  let text = "";
  for await (const part of response.body as unknown as AsyncIterable<Uint8Array>) {
    text += Buffer.from(part).toString();
    seen.parts = text.split("\n").filter((line) => line === "x").length;
  }
  seen.receipt ??= /receipt (0x[0-9a-f]{64})\n/.exec(text)?.[1] as Hex | undefined;
  seen.isWhole = seen.receipt !== undefined && seen.parts === seen.call.amount;
}

async function report(
  { books: place, kills }: KillRunOptions,
  seen: readonly Seen[],
  recoveredBefore: number,
): Promise<KillReport> {
  const books = await openBooks(place);
  try {
    const recovered = recoveredBefore + (await books.recover());
    const faults = await books.audit();
    const receipts = new Map<string, Omit<Entry, "signature">>();
    let total = 0n;
    for (const channel of await books.channels.list()) {
      const till = channel.channelConfig.receiver;
      const settlement = await books.cut(till, 1n);
      if (settlement === undefined) continue;
      for await (const entry of books.receiptsOf(settlement.number)) {
        const name = entry.exchange!.prompt;
        if (receipts.has(name)) faults.push(`${name} was charged twice`);
        receipts.set(name, entry);
        total += entry.receipt.amount;
      }
      if (total !== settlement.sum) faults.push(`the settlement's sum is ${settlement.sum}, its receipts' ${total}`);
      break;
    }
    for (const each of seen) faults.push(...compare(each, receipts.get(each.call.name)));
    for (const name of receipts.keys())
      if (!seen.some(({ call }) => call.name === name)) faults.push(`${name} was never called`);
    const answered = seen.filter(({ isWhole }) => isWhole).length;
    const cutShort = seen.filter(({ call, isWhole }) => !isWhole && receipts.has(call.name)).length;
    return { kills, calls: seen.length, answered, charged: receipts.size, cutShort, recovered, total, faults };
  } finally {
    await books.close();
  }
}

/** What a client saw is in the books, and no more than it saw or was about to see. */
function compare({ call, parts, isWhole, receipt }: Seen, entry: Omit<Entry, "signature"> | undefined): string[] {
  if (entry === undefined)
    return parts > 0 || receipt !== undefined ? [`${call.name}: ${parts} parts came, and it was not charged`] : [];
  const faults: string[] = [];
  const { amount } = entry.receipt;
  if (amount < BigInt(parts)) faults.push(`${call.name}: ${parts} parts came, and ${amount} were charged`);
  if (amount > BigInt(call.amount)) faults.push(`${call.name}: costs ${call.amount}, and ${amount} were charged`);
  if (isWhole && amount !== BigInt(call.amount))
    faults.push(`${call.name}: came whole, and ${amount} of ${call.amount} were charged`);
  if (receipt !== undefined && receipt !== entry.id)
    faults.push(`${call.name}: came with another receipt than the books'`);
  return faults;
}
