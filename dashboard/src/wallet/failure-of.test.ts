// What wallets' and nodes' errors mean, as they come wrapped.
import { governanceOpenAbi } from "@tributary/protocol/abi/governance-open";
import { operatorStakingAbi } from "@tributary/protocol/abi/operator-staking";
import { royaltyVaultAbi } from "@tributary/protocol/abi/royalty-vault";
import { expect } from "chai";
import { createPublicClient, custom, encodeErrorResult, parseAbi, zeroHash } from "viem";
import { call } from "viem/actions";
import { failureOf } from "./failure-of.ts";

const TO = "0x00000000000000000000000000000000000000aa";

/** The error that viem throws when a node answers so. */
async function thrown(error: object): Promise<unknown> {
  const request = (): Promise<never> => Promise.reject(Object.assign(new Error("execution reverted"), error));
  const client = createPublicClient({ transport: custom({ request }, { retryCount: 0 }) });
  return call(client, { to: TO }).then(
    () => expect.fail(),
    (cause: unknown) => cause,
  );
}

describe("errors of wallets and nodes", () => {
  it("are a refusal of the user by their code", async () => {
    expect(failureOf({ code: 4001, message: "no" })).to.deep.equal({ kind: "refused" });
    expect(failureOf(new Error("wrapped", { cause: { code: 4001 } }))).to.deep.equal({ kind: "refused" });
  });

  it("are a contract's custom error in words, with its name", async () => {
    const data = encodeErrorResult({ abi: royaltyVaultAbi, errorName: "InvalidClaim", args: [7n] });
    const failure = failureOf(await thrown({ code: 3, data }));
    expect(failure).to.include({ kind: "reverted" });
    expect((failure as { reason: string }).reason).to.match(/position 7 .*load the page again \(InvalidClaim\)/);
  });

  it("say amounts and instants as the reader knows them", async () => {
    const mature = encodeErrorResult({ abi: operatorStakingAbi, errorName: "UnbondingNotMature", args: [1n, 86_400] });
    expect(failureOf(await thrown({ code: 3, data: mature }))).to.deep.include({
      reason: "the stake can be withdrawn from 1970-01-02 00:00:00 UTC on (UnbondingNotMature)",
    });
    const balance = encodeErrorResult({
      ...{ abi: governanceOpenAbi, errorName: "ERC20InsufficientBalance" },
      args: [TO, 10n ** 18n, 25n * 10n ** 17n],
    });
    expect(failureOf(await thrown({ code: 3, data: balance }))).to.deep.include({
      reason: "the account holds 1 OPEN and 2.5 OPEN is needed (ERC20InsufficientBalance)",
    });
  });

  it("say of the timelock, which the governor calls, that its delay is not over", async () => {
    const abi = parseAbi(["error TimelockUnexpectedOperationState(bytes32 operationId, bytes32 expectedStates)"]);
    const data = encodeErrorResult({ abi, args: [zeroHash, zeroHash] });
    expect(failureOf(await thrown({ code: 3, data }))).to.deep.include({
      kind: "reverted",
      reason: "the timelock's delay is not over yet, or its calls were made already (TimelockUnexpectedOperationState)",
    });
  });

  it("spell out names that have no sentence, and show data that has no name", async () => {
    const data = encodeErrorResult({ abi: royaltyVaultAbi, errorName: "ZeroRecipient" });
    expect(failureOf(await thrown({ code: 3, data }))).to.deep.include({ reason: "zero recipient (ZeroRecipient)" });
    expect(failureOf(await thrown({ code: 3, data: "0x12345678" }))).to.deep.equal({
      ...{ kind: "reverted", reason: "for a reason unknown here: 0x12345678" },
    });
  });

  it("are otherwise what the node says", async () => {
    const failure = failureOf(await thrown({ code: -32_000, message: "insufficient funds for gas" }));
    expect(failure.kind).to.equal("failed");
    expect(failureOf(new Error("away"))).to.deep.equal({ kind: "failed", reason: "away" });
  });
});
