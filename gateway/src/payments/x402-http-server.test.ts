// What goes with a paid answer is what x402 would send.
import { expect } from "chai";
import { encodePaymentResponseHeader } from "@x402/core/http";
import { x402ResourceServer } from "@x402/core/server";
import { PaymentServer } from "./x402-http-server.ts";

describe("the headers of a settled payment", () => {
  it("are x402's own, whatever characters a settlement holds, without what is the facilitator's alone", () => {
    const settled = {
      success: true,
      transaction: "",
      network: "eip155:31337",
      payer: "0x00000000000000000000000000000000000000aa",
      amount: "12",
      extra: { said: "für ½ Token 🙂" },
      extensionResponses: { said: "for the gateway alone" },
    } as Parameters<PaymentServer["createSettlementHeaders"]>[0];
    const server = new PaymentServer(new x402ResourceServer(), {});
    expect(server.createSettlementHeaders(settled)).to.deep.equal({
      "PAYMENT-RESPONSE": encodePaymentResponseHeader(settled),
    });
  });
});
