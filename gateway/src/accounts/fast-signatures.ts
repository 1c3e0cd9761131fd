// secp256k1 signatures of digests by libsecp256k1 in WebAssembly: the results of viem's, several times as fast.
import { recover, signRecoverable, type RecoveryIdType } from "tiny-secp256k1";
import { type Address, checksumAddress, type Hex } from "viem";
import { bytesToHex, hexToBytes } from "@tributary/protocol/bytes";
import { keccak256 } from "@tributary/protocol/keccak";

/**
 * Signs a digest (RFC 6979, low s), as Ethereum writes signatures: r, s, and 27 or 28.
 * @throws Error if the key is no private key
 */
export function signDigest(digest: Uint8Array, privateKey: Uint8Array): Hex {
  const { signature, recoveryId } = signRecoverable(digest, privateKey);
  return `${bytesToHex(signature)}${(27 + recoveryId).toString(16)}` as Hex;
}

/**
 * The account that signed a digest.
 * @returns undefined where there is none: another length than 65 bytes, a last byte other than 0, 1, 27 or 28, no such point
 */
export function recoverSigner(digest: Uint8Array, signature: string): Address | undefined {
  if (!/^0x[0-9a-fA-F]{130}$/.test(signature)) return undefined;
  const bytes = hexToBytes(signature);
  const last = bytes[64]!;
  const recoveryId = last >= 27 ? last - 27 : last;
  if (recoveryId !== 0 && recoveryId !== 1) return undefined;
  try {
    const point = recover(digest, bytes.subarray(0, 64), recoveryId as RecoveryIdType, false);
    return point === null ? undefined : bytesToHex(keccak256(point.subarray(1)).subarray(12));
  } catch {
    // r or s is 0, or not below the curve's order, or r is no point's.
    return undefined;
  }
}

/** The same, with the checksum of EIP-55. */
export function recoverChecksummed(digest: Uint8Array, signature: string): Address | undefined {
  const signer = recoverSigner(digest, signature);
  return signer === undefined ? undefined : checksumAddress(signer);
}
