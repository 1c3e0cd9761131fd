// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ICourtLedger} from "../../interfaces/ICourtLedger.sol";
import {IDemands} from "../../interfaces/IDemands.sol";
import {IModelRegistry} from "../../interfaces/IModelRegistry.sol";
import {IRoyaltyLedger} from "../../interfaces/IRoyaltyLedger.sol";
import {ISketchDisputes} from "../../interfaces/ISketchDisputes.sol";
import {TreeKind} from "../../libraries/TreeKind.sol";
import {ModelVersion, SettlementId} from "../../types/Ids.sol";
import {LedgerCourt} from "./LedgerCourt.sol";

/// @notice The commits whose sketches can be disputed, those of a settlement's calls and of an index's records: how long, and how they are held and ended.
abstract contract Disputables is LedgerCourt, ISketchDisputes {
    /// @param dueAt When it would be ready if it is not held. @param count Of its sketches. @param pool Of the settlement; 0 for an index.
    struct Disputable {
        uint48 committedAt;
        uint48 dueAt;
        uint64 count;
        uint128 pool;
    }

    ICourtLedger internal immutable _court;
    IModelRegistry private immutable _models;
    uint48 private immutable _sketchWindowSeconds;

    constructor(IRoyaltyLedger ledger, IModelRegistry models) LedgerCourt(ledger) {
        _court = ICourtLedger(address(ledger));
        _models = models;
        _sketchWindowSeconds = ledger.parameters().sketchWindowSeconds;
    }

    /// @dev What a pending commit is; reverts if it is none.
    function _requirePending(IDemands.Commitment calldata commitment) internal view returns (Disputable memory) {
        bool isIndex = commitment.kind == TreeKind.INDEX;
        if (!isIndex && commitment.kind != TreeKind.SKETCH) revert NotDisputable(commitment.kind);
        // Only the courts of the models can end an index.
        if (isIndex && !_models.isCourt(address(this))) revert NotDisputable(commitment.kind);
        if (!_isPending(commitment)) revert CommitNotPending(commitment);
        if (isIndex) {
            IModelRegistry.Index memory index = _models.indexOf(ModelVersion.wrap(commitment.id));
            uint48 usableAt = index.committedAt + _models.parameters().indexWindowSeconds;
            return Disputable(index.committedAt, usableAt, uint64(index.sum), 0);
        }
        SettlementId id = SettlementId.wrap(commitment.id);
        IRoyaltyLedger.Settlement memory settlement = _ledger.settlementOf(id);
        uint48 dueAt = _court.sketchesDueAt(id, commitment.sub);
        if (dueAt == 0) dueAt = settlement.readyAt;
        return Disputable(dueAt - _sketchWindowSeconds, dueAt, settlement.count, settlement.pool);
    }

    /// @dev Whether a commit can still be ended.
    function _isPending(IDemands.Commitment memory commitment) internal view returns (bool) {
        if (commitment.kind == TreeKind.INDEX) {
            ModelVersion version = ModelVersion.wrap(commitment.id);
            return _isStanding(commitment) && _models.indexStatus(version) == IModelRegistry.IndexStatus.Pending;
        }
        IRoyaltyLedger.Settlement memory settlement = _ledger.settlementOf(SettlementId.wrap(commitment.id));
        bool isCommitted = settlement.status == IRoyaltyLedger.SettlementStatus.Committed;
        return isCommitted && block.timestamp < settlement.readyAt && _isStanding(commitment);
    }

    /// @dev Whether a commit has not ended, be it ready or not.
    function _isStanding(IDemands.Commitment memory commitment) internal view returns (bool) {
        uint256 commits = uint256(commitment.sub) + 1;
        if (commitment.kind == TreeKind.INDEX) {
            ModelVersion version = ModelVersion.wrap(commitment.id);
            bool hasIndex = _models.indexStatus(version) != IModelRegistry.IndexStatus.None;
            return hasIndex && _models.indexCommitsOf(version) == commits;
        }
        IRoyaltyLedger.Settlement memory settlement = _ledger.settlementOf(SettlementId.wrap(commitment.id));
        bool hasSketches =
            settlement.status == IRoyaltyLedger.SettlementStatus.Committed ||
                settlement.status == IRoyaltyLedger.SettlementStatus.Ready;
        return hasSketches && settlement.commits == commits;
    }

    function _hold(IDemands.Commitment memory commitment, uint48 until) internal {
        if (commitment.kind == TreeKind.INDEX) _models.holdIndex(ModelVersion.wrap(commitment.id), until);
        else _court.holdSketches(SettlementId.wrap(commitment.id), until);
    }

    /// @dev An index has a bond, whose reward is the disputer's; signers of sketches are slashed apart. Their root is barred: its signatures still exist.
    function _end(IDemands.Commitment memory commitment, address disputer) internal {
        if (commitment.kind == TreeKind.INDEX) _models.endIndex(ModelVersion.wrap(commitment.id), disputer);
        else _court.endSketches(SettlementId.wrap(commitment.id), true);
    }
}
