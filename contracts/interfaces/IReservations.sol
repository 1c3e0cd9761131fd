// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {CommitName} from "../types/CommitName.sol";

/// @notice Who is paid for a proof: whoever makes it, or whoever reserved the reward first (docs/formats.md §7.5).
/// @dev A proof ends its commit at once, whatever is reserved; only the reward waits. A reservation is a hash that nobody else can use: it names its
/// sender and the whole call. It cannot be made without the proof in hand to any use, because what is not revealed in time burns its deposit.
interface IReservations {
    /// @param deposit Of a reservation, base units of the court's token; not 0.
    struct Parameters {
        uint128 deposit;
    }

    /// @param heldUntil Last block at which an earlier reservation counts; 0 if there was none to wait for. @param best Number of the winner's reservation; the
    /// largest value if it had none.
    struct Docket {
        address winner;
        uint48 newestAt;
        uint48 heldUntil;
        uint128 reward;
        uint32 count;
        uint32 best;
    }

    event DepositBurned(address indexed sender, bytes32 indexed commitment);

    error InvalidParameter(string name);
    error AmountMismatch(uint256 expected, uint256 received);
    error ReservationExists(address sender, bytes32 commitment);
    error UnknownReservation(address sender, bytes32 commitment);
    /// @notice It can still be revealed.
    error ReservationLive(address sender, bytes32 commitment, uint48 untilBlock);

    /// @notice Burns the deposit of a reservation that was not revealed in time. Anyone may call.
    function burnDeposit(address sender, bytes32 commitment) external;

    // --- views ---

    /// @notice Fixed at deployment.
    function courtParameters() external view returns (Parameters memory);

    /// @notice Base units that the court holds for others.
    function owed() external view returns (uint256 deposits, uint256 rewards);

    /// @notice Whom the reward for ending a commit is due to, as far as this court knows: nobody (0) if no proof ended it, or if its reward was paid at once.
    /// @return winner May change until `openUntil` has passed. @return openUntil Last block at which an earlier reservation can still be revealed; 0 if none could.
    function winnerOf(CommitName name) external view returns (address winner, uint48 openUntil);
}
