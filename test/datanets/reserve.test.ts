// Reservations of contributions: the registry's hash against the TypeScript twin on random values (docs/formats.md §7.9).
import { expect } from "chai";
import fc from "fast-check";
import { type Address, toHex } from "viem";
import { reservationHash } from "@tributary/protocol/typed-data/reservation";
import { ethers, loadFixture } from "../support/network.ts";
import { protocol } from "../support/protocol.ts";

const uint = (bits: number): fc.Arbitrary<bigint> => fc.bigInt({ min: 0n, max: (1n << BigInt(bits)) - 1n });
const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length }).map((value) => toHex(value));

describe("reservationOf", () => {
  it("is the hash of the formats", async () => {
    const { datanets } = await loadFixture(protocol);
    const { chainId } = await ethers.provider.getNetwork();
    const registry = (await datanets.getAddress()) as Address;
    const contentRoot = fc.record({ hash: bytes(32), sum: uint(128) });
    await fc.assert(
      fc.asyncProperty(bytes(20), uint(64), contentRoot, bytes(32), async (contributor, datanetId, root, salt) => {
        const expected = reservationHash({ chainId, registry, contributor, datanetId, contentRoot: root, salt });
        expect(await datanets.reservationOf(contributor, datanetId, root, salt)).to.equal(expected);
      }),
      { numRuns: 40, seed: 5 },
    );
  });
});
