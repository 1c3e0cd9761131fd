// The curve as it is built for this system against that in WebAssembly.
import { expect } from "chai";
import fc from "fast-check";
import { nativeCurve, portableCurve } from "./curve.ts";

const RUNS = { numRuns: 100 };
const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 });
const ORDER = Uint8Array.from(Buffer.from("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141", "hex"));

describe("the curve's native build", () => {
  const native = nativeCurve();

  it("signs and recovers byte for byte as the one in WebAssembly", async function () {
    if (native === undefined) this.skip();
    const portable = await portableCurve();
    fc.assert(
      fc.property(bytes32, bytes32, fc.nat(63), fc.nat(255), (digest, privateKey, place, byte) => {
        fc.pre(privateKey[0] !== 0xff && privateKey.some((each) => each !== 0));
        const { signature, recoveryId } = portable.sign(digest, privateKey);
        expect(native.sign(digest, privateKey)).to.deep.equal({ signature, recoveryId });
        expect(native.recover(digest, signature, recoveryId)).to.deep.equal(
          portable.recover(digest, signature, recoveryId),
        );
        signature[place] = byte;
        for (const other of [0, 1])
          expect(native.recover(digest, signature, other)).to.deep.equal(portable.recover(digest, signature, other));
      }),
      RUNS,
    );
  });

  it("refuses what the one in WebAssembly refuses: keys, and values of r and s, that are 0 or the order", async function () {
    if (native === undefined) this.skip();
    const portable = await portableCurve();
    const [zero, one, digest] = [new Uint8Array(32), new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)];
    for (const curve of [native, portable])
      for (const key of [zero, ORDER]) expect(() => curve.sign(digest, key)).to.throw("private key");
    const parts = [zero, one, ORDER];
    for (const [r, s] of parts.flatMap((r) => parts.map((s) => [r, s] as const)))
      for (const recoveryId of [0, 1]) {
        const signature = Uint8Array.from([...r, ...s]);
        expect(native.recover(digest, signature, recoveryId)).to.deep.equal(
          portable.recover(digest, signature, recoveryId),
        );
      }
  });
});
