// Signatures of digests as Ethereum writes them: the results of viem's, many times as fast.
import { type Address, checksumAddress, type Hex } from "viem";
import { bytesToHex, hexToBytes } from "@tributary/protocol/bytes";
import { keccak256 } from "@tributary/protocol/keccak";
import { nativeCurve, portableCurve } from "./curve.ts";

const curve = nativeCurve() ?? (await portableCurve());

/**
 * Signs a digest (RFC 6979, low s), as Ethereum writes signatures: r, s, and 27 or 28.
 * @throws Error if the key is no private key
 */
export function signDigest(digest: Uint8Array, privateKey: Uint8Array): Hex {
  checkLength(digest);
  checkLength(privateKey);
  const { signature, recoveryId } = curve.sign(digest, privateKey);
  return `${bytesToHex(signature)}${(27 + recoveryId).toString(16)}` as Hex;
}

/**
 * The account that signed a digest.
 * @returns undefined where there is none: another length than 65 bytes, a last byte other than 0, 1, 27 or 28, no such point
 */
export function recoverSigner(digest: Uint8Array, signature: string): Address | undefined {
  if (!/^0x[0-9a-fA-F]{130}$/.test(signature)) return undefined;
  checkLength(digest);
  const bytes = hexToBytes(signature);
  const last = bytes[64]!;
  const recoveryId = last >= 27 ? last - 27 : last;
  if (recoveryId !== 0 && recoveryId !== 1) return undefined;
  const point = curve.recover(digest, bytes.subarray(0, 64), recoveryId);
  return point === undefined ? undefined : bytesToHex(keccak256(point.subarray(1)).subarray(12));
}

/** The same, with the checksum of EIP-55. */
export function recoverChecksummed(digest: Uint8Array, signature: string): Address | undefined {
  const signer = recoverSigner(digest, signature);
  return signer === undefined ? undefined : checksumAddress(signer);
}

/** In WebAssembly, what lay in memory before would be read instead of what is missing. @throws RangeError */
function checkLength({ length }: Uint8Array): void {
  if (length !== 32) throw new RangeError(`${length} bytes where there must be 32`);
}
