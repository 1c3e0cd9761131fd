// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ICourtLedger} from "../../interfaces/ICourtLedger.sol";
import {IDemands} from "../../interfaces/IDemands.sol";
import {IModelRegistry} from "../../interfaces/IModelRegistry.sol";
import {IRoyaltyLedger} from "../../interfaces/IRoyaltyLedger.sol";
import {DemandKeys} from "../../libraries/DemandKeys.sol";
import {TreeKind} from "../../libraries/TreeKind.sol";
import {Epoch, ModelVersion, SettlementId} from "../../types/Ids.sol";
import {Root} from "../../types/Root.sol";
import {LedgerCourt} from "./LedgerCourt.sol";

/// @notice The commits that can be demanded: where each root is, how long it can be ended, and how.
abstract contract Commitments is LedgerCourt, IDemands {
    /// @dev Rounds of answers that the deepest descent takes: 20 to a tally and 10 more to the entry that it names (docs/faults.md, availability).
    uint48 private constant DESCENT = 30;
    /// @dev Longest that a ledger lets a proposal be held.
    uint48 private constant MOST_HOLD = 30 days;
    uint48 private constant NO_END = type(uint48).max;

    ICourtLedger private immutable _court;
    IModelRegistry private immutable _models;
    uint48 internal immutable _answerSeconds;
    uint48 internal immutable _reactionSeconds;
    uint48 private immutable _challengeWindowSeconds;

    constructor(IModelRegistry models, Parameters memory p) {
        if (p.answerSeconds == 0) revert InvalidParameter("answerSeconds");
        if (p.reactionSeconds == 0) revert InvalidParameter("reactionSeconds");
        IRoyaltyLedger.Parameters memory terms = _ledger.parameters();
        uint256 round = uint256(p.answerSeconds) + p.reactionSeconds;
        bool isTooLong =
            round * DESCENT > MOST_HOLD ||
                round > terms.challengeWindowSeconds ||
                // Receipts may be demanded before sketches are committed, and be ended until they are ready.
                round > terms.sketchWindowSeconds;
        if (isTooLong) revert InvalidParameter("answerSeconds");
        _court = ICourtLedger(address(_ledger));
        _models = models;
        _answerSeconds = p.answerSeconds;
        _reactionSeconds = p.reactionSeconds;
        _challengeWindowSeconds = terms.challengeWindowSeconds;
    }

    // --- roots ---

    /// @dev The root of a commit that can be ended. @return latest When it can be ended no more, at the latest that demands can bring about.
    function _requireLive(Commitment memory commitment) internal view returns (Root memory root, uint48 latest) {
        uint8 kind = commitment.kind;
        if (kind == TreeKind.GROUP || kind == TreeKind.PAYOUT) (root, latest) = _proposalRoot(commitment);
        else if (kind == TreeKind.SKETCH || kind == TreeKind.RECEIPT) (root, latest) = _settlementRoot(commitment);
        else if (kind == TreeKind.INDEX && _models.isCourt(address(this))) (root, latest) = _indexRoot(commitment);
        else revert NotDemandable(kind);
        if (block.timestamp >= latest) revert CommitmentNotLive(commitment);
    }

    /// @dev Whether a commit that was demanded can still be ended. A proposal can, for as long as it is pending.
    function _isLive(Commitment memory commitment) internal view returns (bool) {
        uint8 kind = commitment.kind;
        if (kind == TreeKind.INDEX) return _isIndexPending(commitment);
        if (kind == TreeKind.GROUP || kind == TreeKind.PAYOUT) {
            Epoch epoch = Epoch.wrap(commitment.id);
            return _ledger.proposalOf(epoch, commitment.sub).status == IRoyaltyLedger.ProposalStatus.Pending;
        }
        (, uint48 latest) = _settlementRoot(commitment);
        return block.timestamp < latest;
    }

    /// @dev Names the commit; a proposal has two roots and is one commit.
    function _commitOf(Commitment memory commitment) internal pure returns (bytes32) {
        uint8 kind = commitment.kind == TreeKind.PAYOUT ? TreeKind.GROUP : commitment.kind;
        return keccak256(DemandKeys.encode(Commitment(kind, commitment.id, commitment.sub)));
    }

    // --- effects on them ---

    /// @dev A proposal waits for the answer and for what follows from it. Inputs do not: demands for them must come early enough.
    function _hold(Commitment memory commitment, uint48 until) internal {
        if (commitment.kind != TreeKind.GROUP && commitment.kind != TreeKind.PAYOUT) return;
        _court.holdProposal(Epoch.wrap(commitment.id), commitment.sub, until);
    }

    /// @dev Ends a commit for want of an answer; reverts if it is not live. @return reward What the bond paid to the demander.
    function _end(Commitment memory commitment, address demander) internal returns (uint128 reward) {
        uint8 kind = commitment.kind;
        if (kind == TreeKind.GROUP || kind == TreeKind.PAYOUT) {
            return _court.endProposal(Epoch.wrap(commitment.id), commitment.sub, demander);
        }
        if (!_isLive(commitment)) revert CommitmentNotLive(commitment);
        if (kind == TreeKind.INDEX) return _models.endIndex(ModelVersion.wrap(commitment.id), demander);
        if (kind == TreeKind.SKETCH) _court.endSketches(SettlementId.wrap(commitment.id), false);
        else _court.voidSettlement(SettlementId.wrap(commitment.id));
    }

    // --- by kind ---

    /// @dev While it cannot be finalised, demands can hold it for one descent from the end of its window on.
    function _proposalRoot(Commitment memory commitment) private view returns (Root memory root, uint48 latest) {
        Epoch epoch = Epoch.wrap(commitment.id);
        IRoyaltyLedger.Proposal memory proposal = _ledger.proposalOf(epoch, commitment.sub);
        root = commitment.kind == TreeKind.GROUP ? proposal.groups : proposal.payouts;
        if (proposal.status != IRoyaltyLedger.ProposalStatus.Pending) return (root, 0);
        if (block.timestamp >= proposal.finalizableAt) return (root, 0);
        latest = proposal.proposedAt + _challengeWindowSeconds + _court.delayOf(epoch);
        latest += DESCENT * (_answerSeconds + _reactionSeconds);
    }

    /// @dev Sketches are live until they are ready, receipts from their settlement on.
    function _settlementRoot(Commitment memory commitment) private view returns (Root memory root, uint48 latest) {
        IRoyaltyLedger.Settlement memory settlement = _ledger.settlementOf(SettlementId.wrap(commitment.id));
        bool isCommitted = settlement.status == IRoyaltyLedger.SettlementStatus.Committed;
        if (isCommitted) latest = settlement.readyAt;
        if (commitment.kind == TreeKind.SKETCH) {
            return (settlement.sketches, isCommitted && settlement.commits == uint256(commitment.sub) + 1 ? latest : 0);
        }
        if (settlement.status == IRoyaltyLedger.SettlementStatus.Open) latest = NO_END;
        return (settlement.receipts, commitment.sub == 0 ? latest : 0);
    }

    function _indexRoot(Commitment memory commitment) private view returns (Root memory root, uint48 latest) {
        IModelRegistry.Index memory index = _models.indexOf(ModelVersion.wrap(commitment.id));
        return (Root(index.hash, index.sum), _isIndexPending(commitment) ? index.usableAt : 0);
    }

    function _isIndexPending(Commitment memory commitment) private view returns (bool) {
        ModelVersion version = ModelVersion.wrap(commitment.id);
        return
            _models.indexCommitsOf(version) == uint256(commitment.sub) + 1 &&
            _models.indexStatus(version) == IModelRegistry.IndexStatus.Pending;
    }
}
