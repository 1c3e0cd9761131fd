// Signs for the gateway with a key that this process holds.
import { hashTypedData, type Hex, type TypedDataDefinition } from "viem";
import { privateKeyToAddress } from "viem/accounts";
import { concatBytes, hexToBytes } from "@tributary/protocol/bytes";
import { keccak256 } from "@tributary/protocol/keccak";
import { receiptHash, receiptTypedData } from "@tributary/protocol/typed-data/receipt";
import { domainSeparator } from "viem";
import { signDigest } from "./fast-signatures.ts";
import type { GatewaySigner } from "./signer.ts";

/** Tills whose domains are kept. */
const MOST_DOMAINS = 1000;
const TYPED_DATA_PREFIX = Uint8Array.of(0x19, 0x01);

/** @param chainId of the receipts */
export function localSigner(privateKey: Hex, chainId: number): GatewaySigner {
  const key = hexToBytes(privateKey);
  const domains = new Map<string, Uint8Array>();
  return {
    address: privateKeyToAddress(privateKey),
    check: () => Promise.resolve(),
    signTypedData: async (message) => signDigest(hexToBytes(hashTypedData(message as TypedDataDefinition)), key),
    signReceipt: async (receipt, hash = receiptHash(receipt)) => {
      let domain = domains.get(receipt.till);
      if (domain === undefined) {
        domain = hexToBytes(domainSeparator({ domain: receiptTypedData(receipt, chainId).domain }));
        if (domains.size >= MOST_DOMAINS) domains.clear();
        domains.set(receipt.till, domain);
      }
      return signDigest(keccak256(concatBytes(TYPED_DATA_PREFIX, domain, hexToBytes(hash))), key);
    },
  };
}
