// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IDatanetRegistry} from "../../interfaces/IDatanetRegistry.sol";
import {IFaultProofs} from "../../interfaces/IFaultProofs.sol";
import {IModelRegistry} from "../../interfaces/IModelRegistry.sol";
import {IRoyaltyLedger} from "../../interfaces/IRoyaltyLedger.sol";
import {IRoyaltyPositions} from "../../interfaces/IRoyaltyPositions.sol";
import {Root} from "../../types/Root.sol";

/// @notice What every fault proof begins and ends with: the accused proposal's roots, and its end.
abstract contract Accusations is IFaultProofs {
    IRoyaltyLedger internal immutable _ledger;
    IModelRegistry internal immutable _models;
    IDatanetRegistry internal immutable _datanets;
    IRoyaltyPositions internal immutable _positions;

    constructor(IRoyaltyLedger ledger, IModelRegistry models, IDatanetRegistry datanets) {
        _ledger = ledger;
        _models = models;
        _datanets = datanets;
        _positions = IRoyaltyPositions(ledger.positions());
    }

    /// @dev Where the chains of its groups begin.
    function _groupsOf(Accused calldata accused) internal view returns (Root memory) {
        return _accused(accused).groups;
    }

    /// @dev Where the chains of its payouts begin.
    function _payoutsOf(Accused calldata accused) internal view returns (Root memory) {
        return _accused(accused).payouts;
    }

    function _accused(Accused calldata accused) private view returns (IRoyaltyLedger.Proposal memory proposal) {
        proposal = _ledger.proposalOf(accused.epoch, accused.proposal);
        if (proposal.status != IRoyaltyLedger.ProposalStatus.Pending)
            revert ProposalNotPending(accused.epoch, accused.proposal);
    }

    /// @dev Ends the accused proposal if the fault is there.
    function _conclude(Accused calldata accused, Fault fault, bool isProven) internal {
        if (!isProven) revert NoFault();
        emit FaultProven(accused.epoch, accused.proposal, fault, msg.sender);
        _endProposal(accused);
    }

    /// @dev Ends a proposal and sees that its prover, the caller, is paid.
    function _endProposal(Accused calldata accused) internal virtual;
}
