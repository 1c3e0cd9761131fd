// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IRoyaltyLedger} from "../../interfaces/IRoyaltyLedger.sol";

/// @notice A court of one ledger.
abstract contract LedgerCourt {
    IRoyaltyLedger internal immutable _ledger;

    constructor(IRoyaltyLedger ledger) {
        _ledger = ledger;
    }
}
