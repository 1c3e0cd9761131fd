// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ICourt} from "../../interfaces/ICourt.sol";
import {ICourtLedger} from "../../interfaces/ICourtLedger.sol";
import {IFaultProofs} from "../../interfaces/IFaultProofs.sol";
import {IRoyaltyLedger} from "../../interfaces/IRoyaltyLedger.sol";
import {CommitNames} from "../../libraries/CommitNames.sol";
import {LedgerData} from "../../libraries/LedgerData.sol";
import {TreeKind} from "../../libraries/TreeKind.sol";
import {CommitName} from "../../types/CommitName.sol";
import {Epoch} from "../../types/Ids.sol";
import {Reservations} from "./Reservations.sol";

/// @notice Ends proposals and pays for it. A proof begins with `_accuse`, makes its checks, and finishes with `_endProposal`.
abstract contract Court is ICourt, Reservations {
    using SafeERC20 for IERC20;

    IRoyaltyLedger internal immutable _ledger;

    constructor(IRoyaltyLedger ledger, Parameters memory p) Reservations(IERC20(ledger.token()), p) {
        _ledger = ledger;
    }

    /// @inheritdoc ICourt
    function commitProof(IFaultProofs.Accused calldata accused, bytes32 commitment) external nonReentrant {
        if (_ledger.proposalOf(accused.epoch, accused.proposal).status != IRoyaltyLedger.ProposalStatus.Pending) {
            revert IFaultProofs.ProposalNotPending(accused.epoch, accused.proposal);
        }
        uint32 number = _reserve(_nameOf(accused), commitment);
        emit ProofReserved(accused.epoch, accused.proposal, msg.sender, commitment, number);
        _takeDeposit();
    }

    /// @inheritdoc ICourt
    function payReward(IFaultProofs.Accused calldata accused) external nonReentrant {
        CommitName name = _nameOf(accused);
        Docket memory docket = _docketOf(name);
        if (docket.reward == 0) revert NoRewardHeld(accused.epoch, accused.proposal);
        if (block.number <= docket.heldUntil) {
            revert RewardStillHeld(accused.epoch, accused.proposal, docket.heldUntil);
        }
        (address winner, uint128 reward) = _release(name);
        emit RewardPaid(accused.epoch, accused.proposal, winner, reward);
        _token.safeTransfer(winner, reward);
    }

    // --- views ---

    /// @inheritdoc ICourt
    function reservationOf(address sender, bytes32 commitment) external view returns (Reservation memory) {
        Made memory made = _madeBy(sender, commitment);
        Epoch epoch = Epoch.wrap(CommitNames.idOf(made.name));
        return Reservation(made.madeAt, made.previousAt, made.number, epoch, CommitNames.subOf(made.name));
    }

    /// @inheritdoc ICourt
    function docketOf(IFaultProofs.Accused calldata accused) external view returns (Docket memory) {
        return _docketOf(_nameOf(accused));
    }

    // --- for proofs ---

    /// @dev The accused proposal: pending, or, for the sake of reservations, one that has ended, or that itself or another has become final. What a proof compares it
    /// with is the same in every case.
    function _accuse(
        IFaultProofs.Accused calldata accused
    ) internal view returns (IRoyaltyLedger.Proposal memory proposal) {
        proposal = _ledger.proposalOf(accused.epoch, accused.proposal);
        bool isPending = proposal.status == IRoyaltyLedger.ProposalStatus.Pending;
        if (!isPending && !_isReserved(_nameOf(accused))) {
            revert IFaultProofs.ProposalNotPending(accused.epoch, accused.proposal);
        }
    }

    /// @dev After a proof that holds: ends the proposal, or reveals a reservation against one that cannot be ended any more. The transaction's call must be the proof itself.
    /// @param proposal As `_accuse` returned it.
    function _endProposal(
        IFaultProofs.Accused calldata accused,
        IRoyaltyLedger.Proposal memory proposal,
        IFaultProofs.Fault fault
    ) internal nonReentrant {
        CommitName name = _nameOf(accused);
        Claim memory claim = _reveal(name, _commitmentTo(accused, proposal));
        if (claim.isReserved) emit ProofRevealed(accused.epoch, accused.proposal, msg.sender, claim.number);
        if (proposal.status == IRoyaltyLedger.ProposalStatus.Pending) {
            if (_isContested(name, claim)) _endAndHold(accused, name, claim);
            else ICourtLedger(address(_ledger)).endProposal(accused.epoch, accused.proposal, msg.sender);
            emit IFaultProofs.FaultProven(accused.epoch, accused.proposal, fault, msg.sender);
        } else if (claim.isReserved) {
            _outbid(name, claim);
        } else {
            revert IFaultProofs.ProposalNotPending(accused.epoch, accused.proposal);
        }
        _returnDeposit(claim);
    }

    // --- internal ---

    /// @dev Ends the proposal, and keeps the reward until the reservations of others have been revealed or have lapsed.
    function _endAndHold(IFaultProofs.Accused calldata accused, CommitName name, Claim memory claim) private {
        uint128 reward = ICourtLedger(address(_ledger)).endProposal(accused.epoch, accused.proposal, address(this));
        uint48 heldUntil = _bookWinner(name, claim, reward);
        emit RewardHeld(accused.epoch, accused.proposal, reward, heldUntil);
    }

    /// @dev What the sender must have reserved to be paid for this very call.
    function _commitmentTo(
        IFaultProofs.Accused calldata accused,
        IRoyaltyLedger.Proposal memory proposal
    ) private view returns (bytes32) {
        return
            LedgerData.proofCommitment(
                block.chainid,
                address(_ledger),
                accused.epoch,
                LedgerData.proposalRoot(proposal.groups, proposal.payouts),
                keccak256(msg.data),
                msg.sender
            );
    }

    function _nameOf(IFaultProofs.Accused calldata accused) private pure returns (CommitName) {
        return CommitNames.encode(TreeKind.GROUP, Epoch.unwrap(accused.epoch), accused.proposal);
    }
}
