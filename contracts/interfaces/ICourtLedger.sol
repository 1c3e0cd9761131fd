// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Epoch, ModelVersion, SettlementId} from "../types/Ids.sol";
import {Root} from "../types/Root.sol";

/// @notice What a ledger lets its courts do (the contracts that decide over faults, named when it is bound), what its guardian may, and what a proof reads of it.
interface ICourtLedger {
    event CourtNamed(address indexed court);
    /// @param prover Whom the reward was meant for. @param reward What it was paid; 0 where it could not receive. @param burned The rest of the bond.
    event ProposalEnded(
        Epoch indexed epoch,
        uint32 indexed proposal,
        address indexed prover,
        uint128 reward,
        uint128 burned
    );
    event ProposalHeld(Epoch indexed epoch, uint32 indexed proposal, uint48 finalizableAt);
    /// @param sub Number of the commit among the settlement's.
    event SketchesEnded(SettlementId indexed settlement, uint32 indexed sub, Root sketches);
    /// @notice The settlement becomes ready later than its commit said, and may do so in a later epoch.
    event SketchesHeld(SettlementId indexed settlement, uint32 indexed sub, uint48 readyAt, Epoch epoch);
    event SettlementVoided(SettlementId indexed settlement, uint128 pool);
    event FinalizationDelayed(Epoch indexed epoch, uint48 addedSeconds, uint48 delaySeconds);

    error NotCourt(address caller);
    error NotGuardian(address caller);
    error ProposalNotPending(Epoch epoch, uint32 proposal);
    error HoldTooLong(uint48 until, uint48 latest);
    error DelayTooLong(uint256 delaySeconds, uint48 most);
    error SketchesNotPending(SettlementId settlement);
    error SettlementNotPending(SettlementId settlement);
    /// @notice These sketches were found wrong for this settlement; their signatures still exist, so they never come back.
    error SketchesBarred(SettlementId settlement, bytes32 hash);

    // --- courts ---

    /// @notice Ends a pending proposal. Half of its bond, rounded down, is paid to `prover`, or burns with the rest if it cannot receive. Only a court.
    /// @return reward What was paid.
    function endProposal(Epoch epoch, uint32 proposal, address prover) external returns (uint128 reward);

    /// @notice Puts the finalisation of a pending proposal off until a time, at most 30 days after its window; never brings it forward. Only a court.
    function holdProposal(Epoch epoch, uint32 proposal, uint48 until) external;

    /// @notice Ends the sketch commit of a settlement before it is ready: the settlement is open again. Only a court.
    /// @param isWrong Whether the sketches were found wrong, and can never be committed for this settlement again. Those that were merely not revealed in
    /// time can: they may be right, and whoever signed them answers for them again.
    function endSketches(SettlementId settlement, bool isWrong) external;

    /// @notice Puts off when the sketches of a settlement are ready, which they are not yet, until a time at most 30 days after they would have been; never
    /// brings it forward; or as long as the one that was held last, if that is longer. No other settlement waits for it, and it joins the epoch of the instant at
    /// which it becomes ready. Only a court.
    function holdSketches(SettlementId settlement, uint48 until) external;

    /// @notice Voids a settlement that is not ready: its pool goes to the treasury's position. Only a court.
    function voidSettlement(SettlementId settlement) external;

    // --- guardian ---

    /// @notice Puts off the finalisation of an epoch, whichever proposal it takes, by so many seconds more; 7 days in all. Only the guardian, and all it can do:
    /// proofs, demands, answers and claims go on.
    function delayFinalization(Epoch epoch, uint48 addedSeconds) external;

    // --- views ---

    /// @notice Who may call `delayFinalization`; 0 if nobody may.
    function guardian() external view returns (address);

    /// @notice By how much the guardian has delayed the epoch. It is contained in `finalizableAt` of the epoch's proposals.
    function delayOf(Epoch epoch) external view returns (uint48);

    function isCourt(address account) external view returns (bool);

    /// @notice A group without its settlements.
    function groupHeadOf(
        Epoch epoch,
        uint16 group
    ) external view returns (ModelVersion version, uint32 callCount, uint128 pool);

    /// @notice The payouts root that the epoch's proposals build on: that of the epoch with groups before it, or the last finalised one while that is not final;
    /// `(0, 0)` before the first. Reverts with `EpochEmpty` if the epoch has no groups.
    function payoutsBefore(Epoch epoch) external view returns (Root memory);

    /// @notice keccak256 of the signers' addresses, ascending and each padded to 32 bytes, of a settlement's sketch commit number `sub`; 0 if there is none.
    function sketchSignersOf(SettlementId settlement, uint32 sub) external view returns (bytes32);

    /// @notice When the sketches of the commit number `sub` would have been ready, had they not been held; 0 if they were not.
    function sketchesDueAt(SettlementId settlement, uint32 sub) external view returns (uint48);
}
