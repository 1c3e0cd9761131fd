// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ICourtLedger} from "../../interfaces/ICourtLedger.sol";
import {IRoyaltyLedger} from "../../interfaces/IRoyaltyLedger.sol";
import {Burning} from "../../libraries/Burning.sol";
import {LedgerData} from "../../libraries/LedgerData.sol";
import {Epoch} from "../../types/Ids.sol";
import {Root} from "../../types/Root.sol";
import {ProposalTerms} from "./ProposalTerms.sol";
import {Settlements} from "./Settlements.sol";

/// @notice Bonded proposals of an epoch's result, and its finalisation.
abstract contract Proposals is Settlements, ProposalTerms {
    using Burning for IERC20;
    using SafeERC20 for IERC20;

    /// @dev Longest that demands hold a proposal after its window.
    uint48 private constant MOST_HOLD = 30 days;

    uint48 internal immutable _challengeWindowSeconds;

    /// @dev The last finalised payouts root.
    Root private _payouts;

    constructor(uint48 challengeWindowSeconds) {
        if (challengeWindowSeconds == 0) revert InvalidParameter("challengeWindowSeconds");
        _challengeWindowSeconds = challengeWindowSeconds;
    }

    /// @inheritdoc IRoyaltyLedger
    function propose(
        Epoch epoch,
        Root calldata groups,
        Root calldata payouts,
        bytes32 bundleHash
    ) external nonReentrant returns (uint32 proposal) {
        EpochData storage data = _requireComplete(epoch);
        uint128 pools = data.pools;
        if (groups.sum != pools) revert GroupsSumMismatch(groups.sum, pools);
        uint128 expected = _payouts.sum + pools;
        if (payouts.sum != expected) revert PayoutsSumMismatch(payouts.sum, expected);

        bytes32 identity = LedgerData.proposalRoot(groups, payouts);
        uint256 same = data.proposalWith[identity];
        // Roots that have ended can come again: they may be right, and have been ended for want of an answer.
        if (same != 0 && data.proposals[same - 1].status != ProposalStatus.Ended)
            revert ProposalExists(uint32(same - 1));
        proposal = uint32(data.proposals.length);
        data.proposalWith[identity] = uint256(proposal) + 1;
        uint128 bond = requiredBond(epoch);
        uint48 finalizableAt = uint48(block.timestamp) + _challengeWindowSeconds;
        data.proposals.push(
            Proposal({
                proposer: msg.sender,
                proposedAt: uint48(block.timestamp),
                finalizableAt: finalizableAt,
                status: ProposalStatus.Pending,
                bond: bond,
                groups: groups,
                payouts: payouts,
                bundleHash: bundleHash
            })
        );
        _bonds += bond;
        finalizableAt += delayOf[epoch];
        emit Proposed(epoch, proposal, msg.sender, groups, payouts, bundleHash, bond, finalizableAt);
        _take(msg.sender, bond);
    }

    /// @inheritdoc IRoyaltyLedger
    function finalize(Epoch epoch) external nonReentrant {
        _requireNext(epoch);
        EpochData storage data = _epochs[epoch];
        uint32 proposal = data.earliest;
        if (proposal == data.proposals.length) revert NoProposal(epoch);
        Proposal storage winner = data.proposals[proposal];
        uint48 finalizableAt = winner.finalizableAt + delayOf[epoch];
        if (block.timestamp < finalizableAt) revert ChallengeWindowOpen(epoch, finalizableAt);
        winner.status = ProposalStatus.Finalized;
        Root memory payouts = winner.payouts;
        _payouts = payouts;
        _finalizedCount += 1;
        uint128 pools = data.pools;
        _pools -= pools;
        emit Finalized(epoch, proposal, payouts);
        _vault.setPayouts(payouts);
        if (pools != 0) _token.safeTransfer(address(_vault), pools);
        _settleProposer(epoch, proposal, winner, pools);
    }

    /// @inheritdoc IRoyaltyLedger
    function returnBond(Epoch epoch, uint32 proposal) external nonReentrant {
        Proposal storage lost = _known(epoch, proposal);
        if (!_isFinalized(epoch)) revert NotSuperseded(epoch, proposal);
        uint128 bond = lost.bond;
        if (bond == 0) revert NothingToReturn(epoch, proposal);
        if (lost.status == ProposalStatus.Pending) lost.status = ProposalStatus.Superseded;
        lost.bond = 0;
        _bonds -= bond;
        emit BondReturned(epoch, proposal, lost.proposer, bond);
        if (!_token.trySafeTransfer(lost.proposer, bond)) revert BondNotReceivable(epoch, proposal, lost.proposer);
    }

    // --- courts ---

    /// @inheritdoc ICourtLedger
    function endProposal(
        Epoch epoch,
        uint32 proposal,
        address prover
    ) external onlyCourt nonReentrant returns (uint128 reward) {
        Proposal storage ended = _pending(epoch, proposal);
        uint128 bond = ended.bond;
        ended.status = ProposalStatus.Ended;
        ended.bond = 0;
        _bonds -= bond;
        _stepPast(_epochs[epoch], proposal);
        reward = bond / 2;
        // A reward that cannot be received must not save the proposal: it burns with the rest.
        if (!_token.trySafeTransfer(prover, reward)) reward = 0;
        emit ProposalEnded(epoch, proposal, prover, reward, bond - reward);
        _token.burn(bond - reward);
    }

    /// @inheritdoc ICourtLedger
    function holdProposal(Epoch epoch, uint32 proposal, uint48 until) external onlyCourt {
        Proposal storage held = _pending(epoch, proposal);
        uint48 delay = delayOf[epoch];
        uint48 latest = held.proposedAt + _challengeWindowSeconds + MOST_HOLD + delay;
        if (until > latest) revert HoldTooLong(until, latest);
        if (until <= held.finalizableAt + delay) return;
        held.finalizableAt = until - delay;
        emit ProposalHeld(epoch, proposal, until);
    }

    // --- views ---

    /// @inheritdoc IRoyaltyLedger
    function proposalCount(Epoch epoch) external view returns (uint32) {
        return uint32(_epochs[epoch].proposals.length);
    }

    /// @inheritdoc IRoyaltyLedger
    function proposalOf(Epoch epoch, uint32 proposal) external view returns (Proposal memory found) {
        found = _known(epoch, proposal);
        found.finalizableAt += delayOf[epoch];
        if (found.status == ProposalStatus.Pending && _isFinalized(epoch)) found.status = ProposalStatus.Superseded;
    }

    /// @inheritdoc IRoyaltyLedger
    function payoutsRoot() external view returns (Root memory) {
        return _payouts;
    }

    /// @inheritdoc ICourtLedger
    function payoutsBefore(Epoch epoch) external view returns (Root memory) {
        uint256 place = _epochs[epoch].place;
        if (place == 0) revert EpochEmpty(epoch);
        if (place > _finalizedCount) return _payouts;
        if (place == 1) return Root(0, 0);
        EpochData storage previous = _epochs[_nonEmpty[place - 2]];
        return previous.proposals[previous.earliest].payouts;
    }

    // --- internal ---

    /// @dev The epoch is over, nothing can join it any more, and it is the next to be finalised.
    function _requireComplete(Epoch epoch) private view returns (EpochData storage data) {
        uint48 end = epochEnd(epoch);
        if (block.timestamp < end) revert EpochNotOver(epoch, end);
        _requireAdvanced(epoch, end);
        data = _epochs[epoch];
        if (data.groups.length == 0) revert EpochEmpty(epoch);
        _requireNext(epoch);
    }

    function _requireNext(Epoch epoch) private view {
        Epoch next = nextEpoch();
        if (!_equal(epoch, next)) revert EpochNotNext(epoch, next);
    }

    function _known(Epoch epoch, uint32 proposal) private view returns (Proposal storage) {
        Proposal[] storage proposals = _epochs[epoch].proposals;
        if (proposal >= proposals.length) revert UnknownProposal(epoch, proposal);
        return proposals[proposal];
    }

    function _pending(Epoch epoch, uint32 proposal) private view returns (Proposal storage pending) {
        pending = _known(epoch, proposal);
        if (pending.status != ProposalStatus.Pending || _isFinalized(epoch)) {
            revert ProposalNotPending(epoch, proposal);
        }
    }

    /// @dev Joins a proposal that has just ended with its neighbours that have, and moves `earliest` past them. However many proposals somebody makes and
    /// lets end, there is nothing to walk over.
    function _stepPast(EpochData storage data, uint32 proposal) private {
        uint32 first = proposal;
        uint32 last = proposal;
        if (proposal != 0 && data.proposals[proposal - 1].status == ProposalStatus.Ended) {
            first = data.endedRun[proposal - 1];
        }
        if (proposal + 1 < data.proposals.length && data.proposals[proposal + 1].status == ProposalStatus.Ended) {
            last = data.endedRun[proposal + 1];
        }
        data.endedRun[first] = last;
        data.endedRun[last] = first;
        if (data.earliest == proposal) data.earliest = last + 1;
    }

    /// @dev Epochs are finalised in their order.
    function _isFinalized(Epoch epoch) private view returns (bool) {
        return _finalizedCount != 0 && Epoch.unwrap(epoch) <= Epoch.unwrap(_nonEmpty[_finalizedCount - 1]);
    }

    /// @dev Pays the winner its bond and its fee. A proposer that cannot receive tokens must not stop the finalisation: it keeps its claim to the
    /// bond, and the treasury keeps the fee.
    function _settleProposer(Epoch epoch, uint32 proposal, Proposal storage winner, uint128 pools) private {
        address proposer = winner.proposer;
        uint128 bond = winner.bond;
        uint128 fee = _feeOf(pools);
        if (bond == 0 && fee == 0) return;
        winner.bond = 0;
        _bonds -= bond;
        if (fee != 0) _takeFromTreasury(fee);
        if (_token.trySafeTransfer(proposer, uint256(bond) + fee)) {
            if (bond != 0) emit BondReturned(epoch, proposal, proposer, bond);
            if (fee != 0) emit ProposerPaid(epoch, proposal, proposer, fee);
        } else {
            winner.bond = bond;
            _bonds += bond;
            _returnToTreasury(fee);
        }
    }
}
