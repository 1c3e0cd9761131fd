// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Epoch} from "../types/Ids.sol";
import {IFaultProofs} from "./IFaultProofs.sol";

/// @notice Who is paid for a proof: whoever makes it, or whoever reserved the reward first (docs/formats.md §7.5).
/// @dev A proof ends its proposal at once, whatever is reserved; only the reward waits. A reservation is a hash that nobody else can use: it names its
/// sender and the whole call. It cannot be made without the proof in hand to any use, because what is not revealed in time burns its deposit.
interface ICourt {
    /// @param deposit Of a reservation, base units of the ledger's token; not 0.
    struct Parameters {
        uint128 deposit;
    }

    /// @param madeAt Block of its making; 0 if there is none. @param previousAt Block of the reservation just before it against the same proposal; 0 if it is the first.
    /// @param number Among the reservations against the proposal, from 0.
    struct Reservation {
        uint48 madeAt;
        uint48 previousAt;
        uint32 number;
        Epoch epoch;
        uint32 proposal;
    }

    /// @param heldUntil Last block at which an earlier reservation counts; 0 if nothing is held. @param best Number of the winner's reservation; the
    /// largest value if it had none.
    struct Docket {
        address winner;
        uint48 newestAt;
        uint48 heldUntil;
        uint128 reward;
        uint32 count;
        uint32 best;
    }

    event ProofReserved(
        Epoch indexed epoch,
        uint32 indexed proposal,
        address indexed sender,
        bytes32 commitment,
        uint32 number
    );
    event ProofRevealed(Epoch indexed epoch, uint32 indexed proposal, address indexed sender, uint32 number);
    event RewardHeld(Epoch indexed epoch, uint32 indexed proposal, uint128 reward, uint48 heldUntil);
    event RewardPaid(Epoch indexed epoch, uint32 indexed proposal, address indexed prover, uint128 reward);
    event DepositBurned(address indexed sender, bytes32 indexed commitment);

    error InvalidParameter(string name);
    error AmountMismatch(uint256 expected, uint256 received);
    error ReservationExists(address sender, bytes32 commitment);
    error UnknownReservation(address sender, bytes32 commitment);
    /// @notice It can still be revealed.
    error ReservationLive(address sender, bytes32 commitment, uint48 untilBlock);
    error NoRewardHeld(Epoch epoch, uint32 proposal);
    error RewardStillHeld(Epoch epoch, uint32 proposal, uint48 untilBlock);

    /// @notice Reserves the reward for a proof against a pending proposal, for a deposit. The proof must be made by the same sender, with the calldata it
    /// committed to, within 50 blocks; then the deposit is returned, else it burns.
    /// @param commitment The hash of docs/formats.md §7.5.
    function commitProof(IFaultProofs.Accused calldata accused, bytes32 commitment) external;

    /// @notice Pays a held reward once no reservation can be revealed any more. Anyone may call.
    function payReward(IFaultProofs.Accused calldata accused) external;

    /// @notice Burns the deposit of a reservation that was not revealed in time. Anyone may call.
    function burnDeposit(address sender, bytes32 commitment) external;

    // --- views ---

    /// @notice Fixed at deployment.
    function courtParameters() external view returns (Parameters memory);

    function reservationOf(address sender, bytes32 commitment) external view returns (Reservation memory);

    function docketOf(IFaultProofs.Accused calldata accused) external view returns (Docket memory);

    /// @notice Base units that the court holds for others.
    function owed() external view returns (uint256 deposits, uint256 rewards);
}
