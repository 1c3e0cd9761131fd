// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Epoch} from "../types/Ids.sol";
import {IFaultProofs} from "./IFaultProofs.sol";
import {IReservations} from "./IReservations.sol";

/// @notice The court of a ledger's proposals: reservations of proofs against them, and the rewards that are held for a winner.
interface ICourt is IReservations {
    /// @param madeAt Block of its making; 0 if there is none. @param previousAt Block of the reservation just before it against the same proposal; 0 if it is the first.
    /// @param number Among the reservations against the proposal, from 0.
    struct Reservation {
        uint48 madeAt;
        uint48 previousAt;
        uint32 number;
        Epoch epoch;
        uint32 proposal;
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

    error NoRewardHeld(Epoch epoch, uint32 proposal);
    error RewardStillHeld(Epoch epoch, uint32 proposal, uint48 untilBlock);

    /// @notice Reserves the reward for a proof against a pending proposal, for a deposit. The proof must be made by the same sender, with the calldata it
    /// committed to, within 50 blocks; then the deposit is returned, whatever has become of what it accuses; else it burns.
    /// @param commitment The hash of docs/formats.md §7.5.
    function commitProof(IFaultProofs.Accused calldata accused, bytes32 commitment) external;

    /// @notice Pays a held reward once no reservation can be revealed any more. Anyone may call.
    function payReward(IFaultProofs.Accused calldata accused) external;

    // --- views ---

    function reservationOf(address sender, bytes32 commitment) external view returns (Reservation memory);

    function docketOf(IFaultProofs.Accused calldata accused) external view returns (Docket memory);
}
