// The thread that verifies opened calls: some thousand hashes each, for which the indexer's own thread would stand still.
import { type AttributionRoots, type OpenedCall, verifyOpenedCall } from "@tributary/protocol/attribution-opening";
import { answerEach } from "@tributary/protocol/workers/answer";
import type { Hex } from "viem";

export interface CallToVerify {
  readonly opened: OpenedCall;
  readonly receipt: Hex;
  readonly roots: AttributionRoots;
}

answerEach(({ opened, receipt, roots }: CallToVerify) => verifyOpenedCall(opened, receipt, roots));
