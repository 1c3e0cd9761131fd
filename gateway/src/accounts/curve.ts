// Recoverable signatures over secp256k1 by libsecp256k1: built for this system where there is such a build, else in WebAssembly, which takes three times as long.
import { createRequire } from "node:module";
// By its own path: the whole package would take ten times as long to load.
import { instantiateSecp256k1 } from "@bitauth/libauth/build/lib/crypto/secp256k1.js";

export interface Curve {
  /**
   * Signs a digest of 32 bytes (RFC 6979, low s).
   * @returns r and s, and which of the points with that r it was, 0 or 1
   * @throws Error if the key is no private key
   */
  sign(digest: Uint8Array, privateKey: Uint8Array): { readonly signature: Uint8Array; readonly recoveryId: number };
  /** @returns the signer's point, 65 bytes; undefined where there is none: r or s is 0, or not below the curve's order, or r is no point's */
  recover(digest: Uint8Array, signature: Uint8Array, recoveryId: number): Uint8Array | undefined;
}

/** What is used here of the package's native part, which has no types. */
interface Native {
  ecdsaSign(digest: Uint8Array, privateKey: Uint8Array): { signature: Uint8Array; recid: number };
  ecdsaRecover(signature: Uint8Array, recid: number, digest: Uint8Array, isCompressed: boolean): Uint8Array;
}

/** @returns undefined where the package has no build for this system */
export function nativeCurve(): Curve | undefined {
  let native: Native;
  try {
    // Not the package's entry, which falls back to slower JavaScript.
    native = createRequire(import.meta.url)("secp256k1/bindings.js") as Native;
  } catch {
    return undefined;
  }
  return {
    sign: (digest, privateKey) => {
      const { signature, recid } = native.ecdsaSign(digest, privateKey);
      return { signature, recoveryId: recid };
    },
    recover: (digest, signature, recoveryId) => {
      try {
        return native.ecdsaRecover(signature, recoveryId, digest, false);
      } catch {
        return undefined;
      }
    },
  };
}

export async function portableCurve(): Promise<Curve> {
  const wasm = await instantiateSecp256k1();
  return {
    sign: (digest, privateKey) => {
      const signed = wasm.signMessageHashRecoverableCompact(privateKey, digest);
      if (typeof signed === "string") throw new Error(signed);
      return signed;
    },
    recover: (digest, signature, recoveryId) => {
      const point = wasm.recoverPublicKeyUncompressed(signature, recoveryId as 0 | 1, digest);
      return typeof point === "string" ? undefined : point;
    },
  };
}
