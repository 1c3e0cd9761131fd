// A contract as the steps hand it to each other: deployed by one of them, or one that exists already.
import type { CallableContractFuture } from "@nomicfoundation/ignition-core";

export type Contract = CallableContractFuture<string>;
