// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IDatanetRegistry} from "../interfaces/IDatanetRegistry.sol";
import {IModelRegistry} from "../interfaces/IModelRegistry.sol";
import {IRoyaltyLedger} from "../interfaces/IRoyaltyLedger.sol";
import {Accusations} from "./faults/Accusations.sol";
import {FormProofs} from "./faults/FormProofs.sol";
import {PayoutProofs} from "./faults/PayoutProofs.sol";
import {TraceProofs} from "./faults/TraceProofs.sol";

/// @notice The fault proofs of one ledger's proposals, put together from their parts in `faults/`. Nobody has a right in it, and it holds no opinion.
abstract contract FaultProofs is TraceProofs, PayoutProofs, FormProofs {
    constructor(
        IRoyaltyLedger ledger,
        IModelRegistry models,
        IDatanetRegistry datanets
    ) Accusations(ledger, models, datanets) {}
}
