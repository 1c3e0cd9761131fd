// What x402 says of a failure is handed on in codes alone: never in words, which can hold the operator's node with its key.
import { expect } from "chai";
import { responseOf } from "./refused.ts";

const WORDS = `HTTP request failed.

Status: 429
URL: https://rpc.example/v2/SECRETRPCKEY
Request body: {"method":"eth_call"}`;
const encoded = (said: object): string => Buffer.from(JSON.stringify(said)).toString("base64");
const ACCEPTS = [{ scheme: "batch-settlement", extra: { channelState: { balance: "7" } } }];

async function answerTo(headers: Record<string, string>): Promise<{ status: number; all: string; code: string }> {
  const response = responseOf({ status: 402, headers: { "Content-Type": "application/json", ...headers }, body: {} });
  const decoded = [...response.headers].map(([name, value]) =>
    name.startsWith("payment-") ? Buffer.from(value, "base64").toString() : value,
  );
  const body = await response.text();
  const { code } = (JSON.parse(body) as { error: { code: string } }).error;
  return { status: response.status, all: [...decoded, body].join(" "), code };
}

describe("an answer of the payment scheme", () => {
  it("says no words of the node or the signer, in no header and not in its body, and that it was not the payment", async () => {
    const failures: Record<string, string>[] = [
      { "PAYMENT-REQUIRED": encoded({ error: WORDS, accepts: ACCEPTS }) },
      { "PAYMENT-RESPONSE": encoded({ success: false, errorReason: WORDS, errorMessage: WORDS }) },
      { "PAYMENT-RESPONSE": encoded({ success: false, errorReason: "the signer at http://10.0.0.7:1 did not sign" }) },
      { "PAYMENT-REQUIRED": encoded({ error: "invalid_batch_settlement_evm_rpc_read_failed", accepts: ACCEPTS }) },
    ];
    for (const headers of failures) {
      const { status, all, code } = await answerTo(headers);
      expect(all).not.to.match(/SECRET|rpc\.example|10\.0\.0\.7|eth_call/);
      expect([status, code]).to.deep.equal([503, "payments_unavailable"]);
      expect(responseOf({ status: 402, headers, body: {} }).headers.get("retry-after")).to.equal("5");
    }
  });

  it("quotes nothing of a payment that could not be read", async () => {
    const said = 'Address "0x<script>" is invalid.\n\nVersion: viem@2';
    const { status, all, code } = await answerTo({ "PAYMENT-REQUIRED": encoded({ error: said, accepts: ACCEPTS }) });
    expect([status, code]).to.deep.equal([402, "invalid_payment"]);
    expect(all).not.to.match(/script|viem/);
  });

  it("keeps a code, and what the client goes on by, without the words beside it", async () => {
    const reason = "invalid_batch_settlement_evm_deposit_transaction_failed";
    const failed = await answerTo({
      "PAYMENT-REQUIRED": encoded({ error: reason, accepts: ACCEPTS }),
      "PAYMENT-RESPONSE": encoded({ success: false, errorReason: reason, errorMessage: WORDS, transaction: "" }),
    });
    expect([failed.status, failed.code]).to.deep.equal([402, reason]);
    expect(failed.all).to.contain('"channelState":{"balance":"7"}').and.not.to.contain("SECRET");
    const busy = "invalid_batch_settlement_evm_channel_busy";
    expect((await answerTo({ "PAYMENT-REQUIRED": encoded({ error: busy }) })).all).to.contain("wait for its end");
    const terms = await answerTo({ "PAYMENT-REQUIRED": encoded({ error: "Payment required", accepts: ACCEPTS }) });
    expect([terms.status, terms.code]).to.deep.equal([402, "payment_required"]);
    expect(terms.all).to.contain('"error":"Payment required"');
  });
});
