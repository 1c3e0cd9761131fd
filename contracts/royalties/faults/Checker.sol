// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IFaultProofs} from "../../interfaces/IFaultProofs.sol";
import {IRoyaltyLedger} from "../../interfaces/IRoyaltyLedger.sol";
import {Root} from "../../types/Root.sol";

/// @notice Says of some of the proofs of IFaultProofs whether they hold. Its functions have the same selectors and arguments, change nothing and say whether the
/// fault is there; where an argument is not what it claims to be they revert. Anybody may ask, of any proposal, also one that cannot be ended any more.
abstract contract Checker {
    IRoyaltyLedger internal immutable _ledger;

    constructor(IRoyaltyLedger ledger) {
        _ledger = ledger;
    }

    /// @dev Where the chains of an accused proposal begin that are about its groups.
    function _groupsOf(IFaultProofs.Accused calldata accused) internal view returns (Root memory) {
        return _ledger.proposalOf(accused.epoch, accused.proposal).groups;
    }

    /// @dev Where the chains of an accused proposal begin that are about its payouts.
    function _payoutsOf(IFaultProofs.Accused calldata accused) internal view returns (Root memory) {
        return _ledger.proposalOf(accused.epoch, accused.proposal).payouts;
    }
}
