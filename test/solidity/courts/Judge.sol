// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IFaultProofs} from "../../../contracts/interfaces/IFaultProofs.sol";
import {IRoyaltyLedger} from "../../../contracts/interfaces/IRoyaltyLedger.sol";
import {Court} from "../../../contracts/royalties/courts/Court.sol";

/// @notice A court with one proof, which holds if its caller says so: what is paid does not depend on what is proven.
contract Judge is Court {
    constructor(IRoyaltyLedger ledger, Parameters memory p) Court(ledger, p) {}

    function prove(IFaultProofs.Accused calldata accused, bytes32, bool holds) external {
        IRoyaltyLedger.Proposal memory proposal = _accuse(accused);
        if (!holds) revert IFaultProofs.NoFault();
        _endProposal(accused, proposal, IFaultProofs.Fault.Form);
    }
}
