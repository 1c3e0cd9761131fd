// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IFaultProofs} from "../../interfaces/IFaultProofs.sol";
import {IRoyaltyLedger} from "../../interfaces/IRoyaltyLedger.sol";
import {Openings} from "../../libraries/Openings.sol";
import {TreeKind} from "../../libraries/TreeKind.sol";
import {WellFormed} from "../../libraries/WellFormed.sol";
import {Link} from "../../types/Link.sol";
import {Root} from "../../types/Root.sol";
import {Checker} from "./Checker.sol";

/// @notice Checks the proofs that something in a proposal's own trees is not canonical.
contract FormChecker is Checker {
    constructor(IRoyaltyLedger ledger) Checker(ledger) {}

    /// @notice Whether `IFaultProofs.proveMalformed` holds (Form a).
    function proveMalformed(
        IFaultProofs.Accused calldata accused,
        bool inPayouts,
        Link[] calldata node
    ) external view returns (bool) {
        (Root memory tree, uint8 kind) = _treeOf(accused, inPayouts, node);
        uint256 last = node.length - 1;
        WellFormed.Place memory place;
        place.kind = kind;
        place.isHarmful = kind == TreeKind.ENTRY && node[last - 1].which == 1;
        return Openings.showsMalformed(tree, place, node[last], last);
    }

    /// @dev The tree in which a chain ends.
    function _treeOf(
        IFaultProofs.Accused calldata accused,
        bool inPayouts,
        Link[] calldata chain
    ) private view returns (Root memory, uint8) {
        return
            inPayouts
                ? Openings.openParents(_payoutsOf(accused), TreeKind.PAYOUT, chain, 0)
                : Openings.openParents(_groupsOf(accused), TreeKind.GROUP, chain, 0);
    }
}
