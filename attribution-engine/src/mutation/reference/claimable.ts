// What each position could claim from a payouts tree, be it canonical or not: whatever an opening leads to (docs/formats.md §4), and nothing else.
// It judges mutants, so it shares no code with the engine or the protocol package.
import { keccak256 } from "ethers";

const DEPTH = 28;

interface Node {
  readonly hash: string;
  readonly sum: bigint;
}

/**
 * Cumulative amounts by position of all leaves that can be opened.
 * @param preimageOf bytes that hash to the node, as its maker holds them; undefined if nobody has them
 * @throws Error where bytes do not hash to the node they are given for
 */
export function claimablePayouts(
  root: Node,
  preimageOf: (hash: string) => Uint8Array | undefined,
): Map<bigint, bigint> {
  const payouts = new Map<bigint, bigint>();
  visit(root, 0, 0n);
  return payouts;

  function visit(node: Node, level: number, place: bigint): void {
    if (BigInt(node.hash) === 0n) return;
    const bytes = preimageOf(node.hash);
    if (bytes === undefined) return;
    if (keccak256(bytes) !== node.hash) throw new Error(`level ${level}: the preimage is another node's`);
    if (level === DEPTH) {
      // A claim states place, amount and payload hash; its leaf is hashed from these.
      if (bytes.length !== 57 || bytes[0] !== 0) return;
      // What is 0 brings nobody anything.
      const isOpen = uint(bytes, 1, 8) === place && uint(bytes, 9, 16) === node.sum;
      if (isOpen && node.sum > 0n) payouts.set(place, node.sum);
      return;
    }
    if (bytes.length !== 97 || bytes[0] !== 1) return;
    const left = { hash: hex(bytes, 1), sum: uint(bytes, 33, 16) };
    const right = { hash: hex(bytes, 49), sum: uint(bytes, 81, 16) };
    // An opening adds the two sums up, so a node that states another sum is reached by none.
    if (left.sum + right.sum !== node.sum) return;
    visit(left, level + 1, 2n * place);
    visit(right, level + 1, 2n * place + 1n);
  }
}

function hex(bytes: Uint8Array, offset: number): string {
  return `0x${Buffer.from(bytes.subarray(offset, offset + 32)).toString("hex")}`;
}

function uint(bytes: Uint8Array, offset: number, width: number): bigint {
  return BigInt(`0x${Buffer.from(bytes.subarray(offset, offset + width)).toString("hex")}`);
}
