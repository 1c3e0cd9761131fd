// The thread that finds out who signed, which is most of the work of a paid call.
import { answerEach } from "@tributary/protocol/workers/answer";
import { recoverSigner } from "./fast-signatures.ts";

export type RecoveryOrder = readonly { readonly digest: Uint8Array; readonly signature: string }[];
export type RecoveryResult = (`0x${string}` | undefined)[];

answerEach((order: RecoveryOrder): RecoveryResult =>
  order.map(({ digest, signature }) => recoverSigner(digest, signature)),
);
