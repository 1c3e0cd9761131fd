// `npm run fuzz:gateway`: throws requests at a gateway with real channels and books on a local chain, for as long as it is told to.
import { randomInt } from "node:crypto";
import { parseArgs } from "node:util";
import { decodePaymentRequiredHeader } from "@x402/core/http";
import { startPaymentChain } from "../src/testing/chain.ts";
import { startTestGateway } from "../src/testing/gateway.ts";
import { startPaidCalls } from "../src/testing/paid-calls.ts";
import { startSimulatedUpstream } from "../src/testing/simulated-upstream.ts";
import { fuzzGateway } from "./fuzz.ts";

const HELP = `npm run fuzz:gateway -- [options]
Looks for a request that crashes the gateway, makes it fail by itself, or is answered unpaid.
  --runs <number>   requests (20000)
  --seed <number>   draws them; drawn itself by default
  --json            prints one JSON object`;

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "20000" },
    seed: { type: "string", default: String(randomInt(2 ** 31)) },
    json: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
const [runs, seed] = [Number(values.runs), Number(values.seed)];
if (values.help) {
  process.stdout.write(`${HELP}\n`);
} else if (!Number.isInteger(runs) || runs < 1 || !Number.isInteger(seed)) {
  process.stderr.write("--runs is a whole number above 0, --seed a whole number\n");
  process.exitCode = 2;
} else {
  await run();
}

async function run(): Promise<void> {
  process.stderr.write(`${runs} requests drawn by --seed ${seed}\n`);
  const chain = await startPaymentChain();
  const paid = await startPaidCalls(chain);
  const upstream = await startSimulatedUpstream();
  const gateway = await startTestGateway(upstream.url, {
    models: [
      { name: "m", tags: ["t"] },
      { name: "e", upstream: { url: upstream.url, serves: ["embeddings"] } },
    ],
    paid: { payments: paid.payments, till: paid.till, token: chain.open },
  });
  try {
    const ask = { method: "POST", body: JSON.stringify({ model: "m", prompt: "x" }) };
    const required = (await fetch(`${gateway.url}/v1/completions`, ask)).headers.get("PAYMENT-REQUIRED")!;
    const terms = decodePaymentRequiredHeader(required).accepts[0]! as unknown as Record<string, unknown>;
    const tried = { url: gateway.url, terms, upstreamCalls: () => upstream.requests.length };
    const statuses = await fuzzGateway(tried, { runs, seed });
    const faults = await paid.books.audit();
    if (faults.length > 0) throw new Error(`the books don't hold: ${faults.join("; ")}`);
    process.stdout.write(
      values.json
        ? `${JSON.stringify({ runs, seed, statuses })}\n`
        : `no fault in ${runs} requests; answers by status: ${JSON.stringify(statuses)}\n`,
    );
  } finally {
    await gateway.close();
    await upstream.close();
    await paid.stop();
    await chain.stop();
  }
}
