// Payout trees with 2^20 places filled, of which a few positions are known: openings are as long as those of a ledger with a million positions.
import { ethers } from "./network.ts";
import type { ClaimValue } from "./payouts.ts";

const DEPTH = 28;
const FILLED_LEVELS = 20;
const OPEN = 10n ** 18n;
const PAYLOAD_HASH = ethers.id("payload");

type Node = { hash: string; sum: bigint };

const ABSENT: Node = { hash: ethers.ZeroHash, sum: 0n };

/** @param cumulatives by position @param total what the root's sum must be: the rest is spread over the other places. */
export function deepPayoutsOf(cumulatives: ReadonlyMap<bigint, bigint>, total: bigint, seed = "epoch") {
  const known = [...cumulatives].sort(([a], [b]) => (a < b ? -1 : 1));
  const nodes = new Map<string, Node>();
  let rest = total - known.reduce((sum, [, cumulative]) => sum + cumulative, 0n);
  if (rest <= 0n) throw new Error(`total ${total} leaves nothing for the other places`);

  // The right half of the filled places takes what is left over.
  const last = { level: DEPTH - FILLED_LEVELS + 1, index: 1n };

  function nodeAt(level: number, index: bigint): Node {
    const key = `${level}:${index}`;
    const seen = nodes.get(key);
    if (seen) return seen;
    const node = build(level, index);
    nodes.set(key, node);
    return node;
  }

  function build(level: number, index: bigint): Node {
    const shift = BigInt(DEPTH - level);
    const inside = known.filter(([position]) => position >> shift === index);
    if (inside.length === 0) {
      if ((index << shift) >> BigInt(FILLED_LEVELS) !== 0n) return ABSENT;
      if (level === last.level && index === last.index) return { hash: ethers.id(`${seed} rest`), sum: rest };
      const sum = OPEN + (BigInt(ethers.id(`${seed} sum ${level} ${index}`)) % OPEN);
      rest -= sum;
      return { hash: ethers.id(`${seed} ${level} ${index}`), sum };
    }
    if (level === DEPTH) {
      const [position, sum] = inside[0]!;
      const hash = ethers.solidityPackedKeccak256(
        ["uint8", "uint64", "uint128", "bytes32"],
        [0, position, sum, PAYLOAD_HASH],
      );
      return { hash, sum };
    }
    const left = nodeAt(level + 1, 2n * index);
    const right = nodeAt(level + 1, 2n * index + 1n);
    const hash = ethers.solidityPackedKeccak256(
      ["uint8", "bytes32", "uint128", "bytes32", "uint128"],
      [1, left.hash, left.sum, right.hash, right.sum],
    );
    return { hash, sum: left.sum + right.sum };
  }

  function claimOf(position: bigint): ClaimValue {
    let present = 0n;
    const siblings: string[] = [];
    for (let level = 1; level <= DEPTH; level++) {
      const { hash, sum } = nodeAt(level, (position >> BigInt(DEPTH - level)) ^ 1n);
      if (sum === 0n) continue;
      present |= 1n << BigInt(level - 1);
      siblings.push(ethers.solidityPacked(["bytes32", "uint128"], [hash, sum]));
    }
    const head = ethers.solidityPacked(["uint8", "uint32"], [DEPTH, present]);
    return {
      position,
      cumulative: cumulatives.get(position)!,
      payloadHash: PAYLOAD_HASH,
      opening: ethers.concat([head, ...siblings]),
    };
  }

  return { root: nodeAt(0, 0n), claimOf };
}
