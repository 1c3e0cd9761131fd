// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {IFaultProofs} from "../interfaces/IFaultProofs.sol";
import {IRoyaltyLedger} from "../interfaces/IRoyaltyLedger.sol";
import {SettlementId} from "../types/Ids.sol";
import {Link} from "../types/Link.sol";
import {Court} from "./courts/Court.sol";

/// @notice The fault proofs of one ledger's proposals. Nobody has a right in it, and it holds no opinion: whether a proof holds is for one of three checkers to say,
/// which get the call as it is.
/// @dev A checker has a function of the same selector and arguments for each proof that is its.
contract FaultProofs is IFaultProofs, Court {
    /// @notice Checks proofs about one call (CallChecker).
    address public immutable calls;
    /// @notice Checks proofs about what pays whom (PayoutChecker).
    address public immutable payouts;
    /// @notice Checks proofs about the form of a proposal (FormChecker).
    address public immutable forms;

    constructor(
        IRoyaltyLedger ledger,
        address calls_,
        address payouts_,
        address forms_,
        Parameters memory p
    ) Court(ledger, p) {
        calls = calls_;
        payouts = payouts_;
        forms = forms_;
    }

    /// @inheritdoc IFaultProofs
    function proveReceipt(Accused calldata accused, SettlementId, Link[] calldata, Link calldata) external {
        _prove(accused, Fault.Receipt, calls);
    }

    /// @inheritdoc IFaultProofs
    function proveSketchHash(Accused calldata accused, SettlementId, Link[] calldata, Link calldata) external {
        _prove(accused, Fault.Receipt, calls);
    }

    /// @inheritdoc IFaultProofs
    function proveInfluence(
        Accused calldata accused,
        SettlementId,
        Link[] calldata,
        Link calldata,
        Link calldata,
        Link calldata
    ) external {
        _prove(accused, Fault.Influence, calls);
    }

    /// @inheritdoc IFaultProofs
    function proveOmission(
        Accused calldata accused,
        SettlementId,
        Link[] calldata,
        Link calldata,
        Link calldata,
        Link calldata,
        Link calldata
    ) external {
        _prove(accused, Fault.Omission, calls);
    }

    /// @inheritdoc IFaultProofs
    function provePoints(Accused calldata accused, Link[] calldata, Link calldata) external {
        _prove(accused, Fault.Form, calls);
    }

    /// @inheritdoc IFaultProofs
    function proveMirror(Accused calldata accused, Link[] calldata, Link[] calldata) external {
        _prove(accused, Fault.Points, payouts);
    }

    /// @inheritdoc IFaultProofs
    function proveNet(Accused calldata accused, Link[] calldata) external {
        _prove(accused, Fault.Points, payouts);
    }

    /// @inheritdoc IFaultProofs
    function proveOwner(Accused calldata accused, Link[] calldata, Link calldata) external {
        _prove(accused, Fault.Earning, payouts);
    }

    /// @inheritdoc IFaultProofs
    function proveEarning(Accused calldata accused, Link[] calldata, Link[] calldata) external {
        _prove(accused, Fault.Earning, payouts);
    }

    /// @inheritdoc IFaultProofs
    function proveFallback(Accused calldata accused, Link calldata, Link[] calldata) external {
        _prove(accused, Fault.Earning, payouts);
    }

    /// @inheritdoc IFaultProofs
    function proveBalance(Accused calldata accused, Link calldata, Link calldata) external {
        _prove(accused, Fault.Balance, payouts);
    }

    /// @inheritdoc IFaultProofs
    function proveMalformed(Accused calldata accused, bool, Link[] calldata) external {
        _prove(accused, Fault.Form, forms);
    }

    /// @inheritdoc IFaultProofs
    function proveGroup(Accused calldata accused, Link calldata) external {
        _prove(accused, Fault.Form, forms);
    }

    /// @inheritdoc IFaultProofs
    function proveMisplaced(Accused calldata accused, bool, Link[] calldata) external {
        _prove(accused, Fault.Form, forms);
    }

    /// @inheritdoc IFaultProofs
    function proveUnordered(Accused calldata accused, bool, Link[] calldata, Link calldata) external {
        _prove(accused, Fault.Form, forms);
    }

    /// @inheritdoc IFaultProofs
    function proveGap(Accused calldata accused, bool, Link[] calldata, Link calldata) external {
        _prove(accused, Fault.Form, forms);
    }

    /// @dev Ends the accused proposal if the checker says of this very call that the fault is there; reverts as the checker does.
    function _prove(Accused calldata accused, Fault fault, address checker) private {
        IRoyaltyLedger.Proposal memory proposal = _accuse(accused);
        bytes memory answer = Address.functionStaticCall(checker, msg.data);
        if (!abi.decode(answer, (bool))) revert NoFault();
        _endProposal(accused, proposal, fault);
    }
}
