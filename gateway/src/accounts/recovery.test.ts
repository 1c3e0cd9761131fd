// Signers found in their thread or at once.
import { expect } from "chai";
import { recoverSigner, signDigest } from "./fast-signatures.ts";
import { Recovery } from "./recovery.ts";

describe("the recovery of signers", () => {
  const recovery = new Recovery();
  after(() => recovery.close());

  const signed = Array.from({ length: 5 }, (_, index) => {
    const digest = new Uint8Array(32).fill(index + 1);
    return { digest, signature: signDigest(digest, new Uint8Array(32).fill(index + 11)) as string };
  });
  signed.push({ digest: new Uint8Array(32), signature: "0x" });

  it("finds the same for vouchers that come together as for those that come alone", async () => {
    const expected = signed.map(({ digest, signature }) => recoverSigner(digest, signature));
    expect(new Set(expected).size).to.equal(signed.length);
    const together = await Promise.all(signed.map(({ digest, signature }) => recovery.signer(digest, signature)));
    expect(together).to.deep.equal(expected);
    for (const [index, { digest, signature }] of signed.entries())
      expect(await recovery.signer(digest, signature)).to.equal(expected[index]);
  });
});
