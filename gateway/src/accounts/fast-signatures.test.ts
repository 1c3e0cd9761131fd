// Fast signatures against viem's.
import { expect } from "chai";
import fc from "fast-check";
import { bytesToHex, type Hex, hexToBytes, recoverAddress, toHex } from "viem";
import { privateKeyToAccount, sign } from "viem/accounts";
import { receiptTypedData } from "@tributary/protocol/typed-data/receipt";
import { voucherDigest } from "@tributary/protocol/typed-data/voucher";
import { channelNumber, chargeOf } from "../testing/charges.ts";
import { voucherDigests } from "../payments/voucher-digest.ts";
import { recoverChecksummed, recoverSigner, signDigest } from "./fast-signatures.ts";
import { localSigner } from "./local-signer.ts";

const RUNS = { numRuns: 40 };
const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 });
const key = bytes32.filter((bytes) => bytes[0] !== 0xff && bytes.some((byte) => byte !== 0));

describe("fast signatures", () => {
  it("are viem's, byte for byte", () =>
    fc.assert(
      fc.asyncProperty(bytes32, key, async (digest, privateKey) => {
        const expected = await sign({ hash: bytesToHex(digest), privateKey: bytesToHex(privateKey), to: "hex" });
        expect(signDigest(digest, privateKey)).to.equal(expected);
      }),
      RUNS,
    ));

  it("recover whom viem recovers, and nobody where viem throws", () =>
    fc.assert(
      fc.asyncProperty(bytes32, key, fc.nat(64), fc.nat(255), async (digest, privateKey, place, byte) => {
        const signature = hexToBytes(signDigest(digest, privateKey));
        signature[place] = byte;
        const hex = bytesToHex(signature);
        const expected = await recoverAddress({ hash: bytesToHex(digest), signature: hex }).catch(() => undefined);
        expect(recoverChecksummed(digest, hex)).to.equal(expected);
      }),
      RUNS,
    ));

  it("recover as viem does at the edges of r and s, and of either form of s", async () => {
    const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
    const field = 0xfffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2fn;
    const edges = [
      0n,
      1n,
      2n,
      5n,
      field - order - 1n,
      field - order,
      order / 2n,
      order / 2n + 1n,
      order - 1n,
      order,
      field,
    ];
    const digests = [0n, order, 2n ** 256n - 1n].map((value) => toHex(value, { size: 32 }));
    const part = (value: bigint): string => toHex(value, { size: 32 }).slice(2);
    for (const digest of digests) {
      const signed = signDigest(hexToBytes(digest), new Uint8Array(32).fill(3));
      const [r, s, last] = [signed.slice(2, 66), BigInt(`0x${signed.slice(66, 130)}`), signed.slice(130)];
      const twin = `0x${r}${part(order - s)}${last === "1b" ? "1c" : "1b"}`;
      expect(recoverSigner(hexToBytes(digest), twin)).to.equal(recoverSigner(hexToBytes(digest), signed));
      for (const [r, s] of edges.flatMap((r) => edges.map((s) => [r, s] as const)))
        for (const last of ["00", "01", "1b", "1c"]) {
          const signature = `0x${part(r)}${part(s)}${last}` as Hex;
          const expected = await recoverAddress({ hash: digest, signature }).catch(() => undefined);
          expect(recoverChecksummed(hexToBytes(digest), signature), `${digest} ${signature}`).to.equal(expected);
        }
    }
  });

  it("are not made or read of another number of bytes", () => {
    const [short, right] = [new Uint8Array(31).fill(1), new Uint8Array(32).fill(1)];
    expect(() => signDigest(short, right)).to.throw(RangeError);
    expect(() => signDigest(right, short)).to.throw(RangeError);
    expect(() => signDigest(right, new Uint8Array(32))).to.throw("private key");
    expect(() => recoverSigner(short, signDigest(right, right))).to.throw(RangeError);
  });

  it("refuse what is no signature", () => {
    const digest = new Uint8Array(32);
    const good = signDigest(digest, new Uint8Array(32).fill(1));
    const zeros = toHex(0, { size: 32 }).slice(2);
    const order = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141";
    const bad: string[] = [
      "0x",
      good.slice(0, -2),
      `${good}00`,
      `0x${zeros}${good.slice(66)}`,
      `${good.slice(0, 66)}${zeros}1b`,
    ];
    bad.push(`0x${order}${good.slice(66)}`, `${good.slice(0, 66)}${order}1b`, `${good.slice(0, 130)}1d`, good.slice(2));
    for (const each of bad) expect(recoverSigner(digest, each), each).to.equal(undefined);
  });

  it("digest vouchers as the protocol does", () => {
    const digestOf = voucherDigests(31337);
    fc.assert(
      fc.property(bytes32, fc.bigInt(0n, 2n ** 128n - 1n), (id, maxClaimableAmount) => {
        const channelId = bytesToHex(id);
        expect(bytesToHex(digestOf(channelId, maxClaimableAmount))).to.equal(
          voucherDigest({ channelId, maxClaimableAmount }, 31337),
        );
      }),
      RUNS,
    );
    expect(() => digestOf(channelNumber(0), 2n ** 128n)).to.throw(RangeError);
  });

  it("sign receipts and typed data as viem does", async () => {
    const privateKey = toHex(77, { size: 32 }) as Hex;
    const signer = localSigner(privateKey, 31337);
    const account = privateKeyToAccount(privateKey);
    const { salt: _salt, exchange: _exchange, ...fields } = chargeOf(channelNumber(0), 5n);
    const receipt = { ...fields, sequence: 1n, cumulative: 5n };
    const typed = receiptTypedData(receipt, 31337);
    const expected = await account.signTypedData(typed);
    expect(await signer.signReceipt(receipt)).to.equal(expected);
    expect(await signer.signTypedData(typed as unknown as Parameters<typeof signer.signTypedData>[0])).to.equal(
      expected,
    );
    expect(signer.address).to.equal(account.address);
  });
});
