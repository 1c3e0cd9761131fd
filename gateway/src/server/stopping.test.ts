// Tests of stopping: what is under way is finished, and nothing begins.
import { Agent, request } from "node:http";
import { expect } from "chai";
import { attributionApp } from "../attribution/app.ts";
import { startTestGateway } from "../testing/gateway.ts";
import { channelOf, simulatedPayer } from "../testing/simulated-payments.ts";
import { startSimulatedUpstream } from "../testing/simulated-upstream.ts";

describe("a gateway that is stopped", () => {
  it("finishes the calls under way, refuses others with 503, and takes no new connections", async () => {
    const upstream = await startSimulatedUpstream();
    const gateway = await startTestGateway(upstream.url);
    const agent = new Agent({ keepAlive: true });
    const ask = (prompt: string) => ({ method: "POST", body: JSON.stringify({ model: "m", prompt }) });
    const onKept = (body: string): Promise<number> =>
      new Promise((resolve, reject) => {
        const sent = request(`${gateway.url}/v1/completions`, { method: "POST", agent }, (answer) => {
          answer.resume().once("end", () => {
            resolve(answer.statusCode!);
          });
        });
        sent.once("error", reject).end(body);
      });

    const call = simulatedPayer(channelOf(1))(`${gateway.url}/v1/completions`, ask("delay=300 words=1"));
    // A connection that is busy when the gateway is stopped may send one more request.
    const slow = simulatedPayer(channelOf(2))(`${gateway.url}/v1/completions`, ask("delay=200 words=3 pause=10"));
    while (gateway.payments.open_.size < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await onKept("{}")).to.equal(400);
    const done = gateway.gate.close(5000);
    expect(await onKept(ask("x").body)).to.equal(503);
    gateway.stopAccepting();
    expect([(await call).status, (await slow).status, await done]).to.deep.equal([200, 200, true]);
    expect(
      await fetch(`${gateway.url}/health`).then(
        () => "answered",
        () => "refused",
      ),
    ).to.equal("refused");
    agent.destroy();
    await gateway.close();
    await upstream.close();
  });

  it("finishes the refunds under way, and begins no other", async () => {
    const upstream = await startSimulatedUpstream();
    const attribution = { what: "waiting", reason: "its settlement waits" } as const;
    const routes = attributionApp({ of: () => Promise.resolve(attribution) }, () => undefined);
    const gateway = await startTestGateway(upstream.url, { routes });
    const attributionOf = (method: string): Promise<Response> =>
      fetch(`${gateway.url}/v1/receipts/${channelOf(1)}/attribution`, { method });
    expect([(await attributionOf("GET")).status, (await attributionOf("POST")).status]).to.deep.equal([202, 405]);
    const shown = await gateway.metrics.registry.metrics();
    expect(shown).to.contain('requests_total{route="/v1/receipts/:id/attribution",status="202"} 1');
    const { promise, resolve } = Promise.withResolvers<undefined>();
    gateway.payments.refundTime = promise;
    const refund = (): Promise<Response> => fetch(`${gateway.url}/v1/refunds/m`, { method: "POST" });
    const under = refund();
    while (gateway.payments.refunds < 1) await new Promise((go) => setTimeout(go, 5));
    const done = gateway.gate.close(5000);
    let isDone = false;
    void done.then(() => (isDone = true));
    expect((await refund()).status).to.equal(503);
    expect((await fetch(`${gateway.url}/v1/channels/${channelOf(1)}`)).status).to.equal(503);
    expect((await fetch(`${gateway.url}/v1/receipts/${channelOf(1)}`)).status).to.equal(503);
    expect((await attributionOf("GET")).status).to.equal(503);
    expect([gateway.payments.refunds, isDone]).to.deep.equal([1, false]);
    resolve(undefined);
    expect([(await under).status, await done]).to.deep.equal([400, true]);
    await gateway.close();
    await upstream.close();
  });

  it("gives up on calls that take too long", async () => {
    const upstream = await startSimulatedUpstream();
    const gateway = await startTestGateway(upstream.url);
    const call = simulatedPayer(channelOf(1))(`${gateway.url}/v1/completions`, {
      method: "POST",
      body: JSON.stringify({ model: "m", prompt: "delay=2000" }),
    });
    const ended = call.catch(() => "cut off");
    while (gateway.payments.open_.size < 1) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await gateway.gate.close(50)).to.equal(false);
    await gateway.close();
    expect(await ended).to.equal("cut off");
    while (gateway.payments.open_.size > 0) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(gateway.payments.released).to.equal(1);
    await upstream.close();
  });
});
