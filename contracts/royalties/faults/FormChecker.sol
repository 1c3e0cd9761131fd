// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ICourtLedger} from "../../interfaces/ICourtLedger.sol";
import {IFaultProofs} from "../../interfaces/IFaultProofs.sol";
import {IModelRegistry} from "../../interfaces/IModelRegistry.sol";
import {IRoyaltyLedger} from "../../interfaces/IRoyaltyLedger.sol";
import {IRoyaltyPositions} from "../../interfaces/IRoyaltyPositions.sol";
import {Openings} from "../../libraries/Openings.sol";
import {Payloads} from "../../libraries/Payloads.sol";
import {TreeKind} from "../../libraries/TreeKind.sol";
import {WellFormed} from "../../libraries/WellFormed.sol";
import {Epoch, ModelVersion} from "../../types/Ids.sol";
import {Link} from "../../types/Link.sol";
import {Root} from "../../types/Root.sol";
import {Checker} from "./Checker.sol";
import {FormChecks} from "./FormChecks.sol";

/// @notice Checks the proofs that something in a proposal's own trees is not canonical.
contract FormChecker is Checker {
    IModelRegistry private immutable _models;
    IRoyaltyPositions private immutable _positions;

    constructor(IRoyaltyLedger ledger, IModelRegistry models) Checker(ledger) {
        _models = models;
        _positions = IRoyaltyPositions(ledger.positions());
    }

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

    /// @notice Whether `IFaultProofs.proveGroup` holds (Form b).
    function proveGroup(IFaultProofs.Accused calldata accused, Link calldata group) external view returns (bool) {
        if (group.key >= _ledger.groupCount(accused.epoch)) revert IFaultProofs.WrongPlace(0);
        (bool isPresent, ) = Openings.openLeaf(_groupsOf(accused), TreeKind.GROUP, group, 0);
        return !isPresent || _isForeign(accused, group);
    }

    /// @notice Whether `IFaultProofs.proveMisplaced` holds (Form c, h).
    function proveMisplaced(
        IFaultProofs.Accused calldata accused,
        bool inPayouts,
        Link[] calldata leaf
    ) external view returns (bool) {
        (Root memory tree, uint8 kind) = _treeOf(accused, inPayouts, leaf);
        uint256 last = leaf.length - 1;
        (bool isPresent, ) = Openings.openLeaf(tree, kind, leaf[last], last);
        return isPresent && _isMisplaced(accused, kind, leaf[0].key, leaf[last]);
    }

    /// @notice Whether `IFaultProofs.proveUnordered` holds (Form d).
    function proveUnordered(
        IFaultProofs.Accused calldata accused,
        bool inPayouts,
        Link[] calldata first,
        Link calldata second
    ) external view returns (bool) {
        (Root memory tree, uint8 kind) = _treeOf(accused, inPayouts, first);
        uint256 last = first.length - 1;
        if (second.key <= first[last].key) revert IFaultProofs.WrongPlace(last + 1);
        (bool isFirst, ) = Openings.openLeaf(tree, kind, first[last], last);
        (bool isSecond, ) = Openings.openLeaf(tree, kind, second, last + 1);
        return isFirst && isSecond && FormChecks.isDescending(kind, first[last], second);
    }

    /// @notice Whether `IFaultProofs.proveGap` holds (Form e).
    function proveGap(
        IFaultProofs.Accused calldata accused,
        bool inPayouts,
        Link[] calldata missing,
        Link calldata present
    ) external view returns (bool) {
        (Root memory tree, uint8 kind) = _treeOf(accused, inPayouts, missing);
        uint256 last = missing.length - 1;
        if (present.key <= missing[last].key) revert IFaultProofs.WrongPlace(last + 1);
        (bool isMissing, ) = Openings.openLeaf(tree, kind, missing[last], last);
        (bool isPresent, ) = Openings.openLeaf(tree, kind, present, last + 1);
        return !isMissing && isPresent && FormChecks.isContiguous(kind);
    }

    /// @dev Form b, for a group that is there.
    function _isForeign(IFaultProofs.Accused calldata accused, Link calldata group) private view returns (bool) {
        (ModelVersion version, , uint128 pool) = _headOf(accused.epoch, group.key);
        ModelVersion stated = Payloads.group(group.payload).version;
        return ModelVersion.unwrap(stated) != ModelVersion.unwrap(version) || group.sum != pool;
    }

    /// @dev Form c and h.
    /// @param outermost Place of the chain's first leaf: the group, where the leaf is in one.
    function _isMisplaced(
        IFaultProofs.Accused calldata accused,
        uint8 kind,
        uint64 outermost,
        Link calldata leaf
    ) private view returns (bool) {
        Epoch epoch = accused.epoch;
        if (kind == TreeKind.GROUP) return leaf.key >= _ledger.groupCount(epoch);
        if (kind == TreeKind.PAYOUT) return FormChecks.isNoPosition(leaf.key, _positions.positionCount());
        if (kind == TreeKind.EARNING) {
            Payloads.Earning memory earning = Payloads.earning(leaf.payload);
            if (earning.group >= _ledger.groupCount(epoch)) return true;
            return earning.record != FormChecks.NONE && earning.record >= _boundsOf(epoch, earning.group).records;
        }
        FormChecks.Bounds memory bounds = _boundsOf(epoch, outermost);
        if (kind == TreeKind.TRACE) return leaf.key >= bounds.calls;
        if (kind == TreeKind.ENTRY) return FormChecks.isEntryOutside(leaf.key, Payloads.entry(leaf.payload), bounds);
        if (kind == TreeKind.TALLY) return FormChecks.isTallyOutside(Payloads.tally(leaf.payload), bounds);
        Payloads.Points memory points = Payloads.points(leaf.payload);
        return FormChecks.arePointsOutside(leaf.key, points, bounds, _positions.positionCount());
    }

    /// @dev Of a group that exists.
    function _boundsOf(Epoch epoch, uint256 group) private view returns (FormChecks.Bounds memory) {
        (ModelVersion version, uint32 calls, ) = _headOf(epoch, group);
        return FormChecks.Bounds(calls, _models.indexOf(version).sum, _models.methodOf(version).topK);
    }

    /// @dev A group as the ledger has it. The place is one of the groups tree, or was found to exist.
    function _headOf(
        Epoch epoch,
        uint256 group
    ) private view returns (ModelVersion version, uint32 callCount, uint128 pool) {
        return ICourtLedger(address(_ledger)).groupHeadOf(epoch, uint16(group));
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
