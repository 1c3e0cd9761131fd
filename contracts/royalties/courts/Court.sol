// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {ICourt} from "../../interfaces/ICourt.sol";
import {ICourtLedger} from "../../interfaces/ICourtLedger.sol";
import {IFaultProofs} from "../../interfaces/IFaultProofs.sol";
import {IRoyaltyLedger} from "../../interfaces/IRoyaltyLedger.sol";
import {Burning} from "../../libraries/Burning.sol";
import {LedgerData} from "../../libraries/LedgerData.sol";
import {TokenIntake} from "../../libraries/TokenIntake.sol";
import {Epoch} from "../../types/Ids.sol";

/// @notice Ends proposals and pays for it. A proof begins with `_accuse`, makes its checks, and finishes with `_endProposal`.
/// @dev Nothing here walks over reservations: each knows the block of the one before it, and a held reward has one winner, who is replaced by whoever
/// reveals an earlier reservation.
abstract contract Court is ICourt, ReentrancyGuardTransient {
    using Burning for IERC20;
    using SafeERC20 for IERC20;
    using TokenIntake for IERC20;

    /// @dev Blocks in which a reservation can be revealed, after its own.
    uint48 internal constant REVEAL_BLOCKS = 50;
    uint32 private constant NOT_RESERVED = type(uint32).max;

    IRoyaltyLedger internal immutable _ledger;
    IERC20 internal immutable _token;
    uint128 private immutable _deposit;

    uint128 private _deposits;
    uint128 private _rewards;
    mapping(address sender => mapping(bytes32 commitment => Reservation)) private _reservations;
    mapping(Epoch => mapping(uint32 proposal => Docket)) private _dockets;

    constructor(IRoyaltyLedger ledger, Parameters memory p) {
        if (p.deposit == 0) revert InvalidParameter("deposit");
        _ledger = ledger;
        _token = IERC20(ledger.token());
        _deposit = p.deposit;
    }

    /// @inheritdoc ICourt
    function commitProof(IFaultProofs.Accused calldata accused, bytes32 commitment) external nonReentrant {
        if (_ledger.proposalOf(accused.epoch, accused.proposal).status != IRoyaltyLedger.ProposalStatus.Pending) {
            revert IFaultProofs.ProposalNotPending(accused.epoch, accused.proposal);
        }
        Reservation storage made = _reservations[msg.sender][commitment];
        if (made.madeAt != 0) revert ReservationExists(msg.sender, commitment);
        Docket storage docket = _dockets[accused.epoch][accused.proposal];
        uint32 number = docket.count++;
        made.madeAt = uint48(block.number);
        made.previousAt = docket.newestAt;
        made.number = number;
        made.epoch = accused.epoch;
        made.proposal = accused.proposal;
        docket.newestAt = uint48(block.number);
        _deposits += _deposit;
        emit ProofReserved(accused.epoch, accused.proposal, msg.sender, commitment, number);
        uint256 received = _token.take(msg.sender, _deposit);
        if (received != _deposit) revert AmountMismatch(_deposit, received);
    }

    /// @inheritdoc ICourt
    function payReward(IFaultProofs.Accused calldata accused) external nonReentrant {
        Docket storage docket = _dockets[accused.epoch][accused.proposal];
        uint128 reward = docket.reward;
        if (reward == 0) revert NoRewardHeld(accused.epoch, accused.proposal);
        if (block.number <= docket.heldUntil) {
            revert RewardStillHeld(accused.epoch, accused.proposal, docket.heldUntil);
        }
        docket.reward = 0;
        _rewards -= reward;
        emit RewardPaid(accused.epoch, accused.proposal, docket.winner, reward);
        _token.safeTransfer(docket.winner, reward);
    }

    /// @inheritdoc ICourt
    function burnDeposit(address sender, bytes32 commitment) external nonReentrant {
        uint48 madeAt = _reservations[sender][commitment].madeAt;
        if (madeAt == 0) revert UnknownReservation(sender, commitment);
        if (_isLive(madeAt)) revert ReservationLive(sender, commitment, madeAt + REVEAL_BLOCKS);
        delete _reservations[sender][commitment];
        _deposits -= _deposit;
        emit DepositBurned(sender, commitment);
        _token.burn(_deposit);
    }

    // --- views ---

    /// @inheritdoc ICourt
    function courtParameters() external view returns (Parameters memory) {
        return Parameters(_deposit);
    }

    /// @inheritdoc ICourt
    function reservationOf(address sender, bytes32 commitment) external view returns (Reservation memory) {
        return _reservations[sender][commitment];
    }

    /// @inheritdoc ICourt
    function docketOf(IFaultProofs.Accused calldata accused) external view returns (Docket memory) {
        return _dockets[accused.epoch][accused.proposal];
    }

    /// @inheritdoc ICourt
    function owed() external view returns (uint256 deposits, uint256 rewards) {
        return (_deposits, _rewards);
    }

    // --- for proofs ---

    /// @dev The accused proposal: pending, or ended while its epoch is still open, for the sake of reservations. Once the epoch is final nothing can be proven:
    /// the previous payouts, which proofs compare with, have changed.
    function _accuse(
        IFaultProofs.Accused calldata accused
    ) internal view returns (IRoyaltyLedger.Proposal memory proposal) {
        proposal = _ledger.proposalOf(accused.epoch, accused.proposal);
        if (proposal.status == IRoyaltyLedger.ProposalStatus.Pending) return proposal;
        bool isOpen =
            proposal.status == IRoyaltyLedger.ProposalStatus.Ended &&
                Epoch.unwrap(_ledger.nextEpoch()) == Epoch.unwrap(accused.epoch);
        if (!isOpen) revert IFaultProofs.ProposalNotPending(accused.epoch, accused.proposal);
    }

    /// @dev After a proof that holds: ends the proposal, or reveals a reservation against one that has ended. The transaction's call must be the proof itself.
    /// @param proposal As `_accuse` returned it.
    function _endProposal(
        IFaultProofs.Accused calldata accused,
        IRoyaltyLedger.Proposal memory proposal,
        IFaultProofs.Fault fault
    ) internal nonReentrant {
        (bool isReserved, uint32 number, uint48 previousAt) = _reveal(accused, proposal);
        Docket storage docket = _dockets[accused.epoch][accused.proposal];
        if (proposal.status == IRoyaltyLedger.ProposalStatus.Pending) {
            uint48 rivalAt = isReserved ? previousAt : docket.newestAt;
            if (_isLive(rivalAt)) _endAndHold(accused, docket, isReserved ? number : NOT_RESERVED);
            else ICourtLedger(address(_ledger)).endProposal(accused.epoch, accused.proposal, msg.sender);
            emit IFaultProofs.FaultProven(accused.epoch, accused.proposal, fault, msg.sender);
        } else if (!isReserved) {
            revert IFaultProofs.ProposalNotPending(accused.epoch, accused.proposal);
        } else if (docket.reward != 0 && number < docket.best) {
            // Who reveals in time reveals before the reward is free: it is held for as long as any reservation from before the end lives.
            docket.winner = msg.sender;
            docket.best = number;
        }
        if (isReserved) {
            _deposits -= _deposit;
            _token.safeTransfer(msg.sender, _deposit);
        }
    }

    // --- internal ---

    /// @dev Ends the proposal, and keeps the reward until the reservations of others have been revealed or have lapsed.
    function _endAndHold(IFaultProofs.Accused calldata accused, Docket storage docket, uint32 number) private {
        uint128 reward = ICourtLedger(address(_ledger)).endProposal(accused.epoch, accused.proposal, address(this));
        uint48 heldUntil = uint48(block.number) + REVEAL_BLOCKS;
        docket.winner = msg.sender;
        docket.best = number;
        docket.heldUntil = heldUntil;
        docket.reward = reward;
        _rewards += reward;
        emit RewardHeld(accused.epoch, accused.proposal, reward, heldUntil);
    }

    /// @dev Whether the sender has a live reservation of this very call; uses it up.
    function _reveal(
        IFaultProofs.Accused calldata accused,
        IRoyaltyLedger.Proposal memory proposal
    ) private returns (bool isReserved, uint32 number, uint48 previousAt) {
        bytes32 commitment = LedgerData.proofCommitment(
            block.chainid,
            address(_ledger),
            accused.epoch,
            LedgerData.proposalRoot(proposal.groups, proposal.payouts),
            keccak256(msg.data),
            msg.sender
        );
        Reservation memory made = _reservations[msg.sender][commitment];
        bool isForThis = made.proposal == accused.proposal && Epoch.unwrap(made.epoch) == Epoch.unwrap(accused.epoch);
        // One that was made against another proposal says nothing of its place among those against this one.
        if (!isForThis || !_isLive(made.madeAt)) return (false, 0, 0);
        delete _reservations[msg.sender][commitment];
        emit ProofRevealed(accused.epoch, accused.proposal, msg.sender, made.number);
        return (true, made.number, made.previousAt);
    }

    /// @dev Whether a reservation of that block can be revealed now; 0 is none.
    function _isLive(uint48 madeAt) private view returns (bool) {
        return madeAt != 0 && block.number <= madeAt + REVEAL_BLOCKS;
    }
}
