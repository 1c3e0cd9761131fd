// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {IRoyaltyLedger} from "../../interfaces/IRoyaltyLedger.sol";
import {LedgerData} from "../../libraries/LedgerData.sol";
import {Epoch} from "../../types/Ids.sol";
import {Root} from "../../types/Root.sol";
import {ProposalTerms} from "./ProposalTerms.sol";
import {Settlements} from "./Settlements.sol";

/// @notice Bonded proposals of an epoch's result, and its finalisation.
abstract contract Proposals is Settlements, ProposalTerms {
    using SafeERC20 for IERC20;

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
        if (same != 0) revert ProposalExists(uint32(same - 1));
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
        if (block.timestamp < winner.finalizableAt) revert ChallengeWindowOpen(epoch, winner.finalizableAt);
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

    // --- views ---

    /// @inheritdoc IRoyaltyLedger
    function proposalCount(Epoch epoch) external view returns (uint32) {
        return uint32(_epochs[epoch].proposals.length);
    }

    /// @inheritdoc IRoyaltyLedger
    function proposalOf(Epoch epoch, uint32 proposal) external view returns (Proposal memory found) {
        found = _known(epoch, proposal);
        if (found.status == ProposalStatus.Pending && _isFinalized(epoch)) found.status = ProposalStatus.Superseded;
    }

    /// @inheritdoc IRoyaltyLedger
    function payoutsRoot() external view returns (Root memory) {
        return _payouts;
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
