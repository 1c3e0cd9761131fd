// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Epoch, SettlementId} from "../types/Ids.sol";
import {Link} from "../types/Link.sol";

/// @title Fault proofs of an epoch's proposals
/// @notice Ends a proposal of which one number is shown to be wrong (docs/faults.md). Each proof is one transaction, open to anybody; it reads calldata and what
/// the chain holds, no clock and no vote. A proof that does not hold reverts and changes nothing.
interface IFaultProofs {
    struct Accused {
        Epoch epoch;
        uint32 proposal;
    }

    /// @notice The eight faults of docs/faults.md.
    enum Fault {
        Receipt,
        Form,
        Influence,
        Omission,
        Points,
        Earning,
        Balance,
        Availability
    }

    event FaultProven(Epoch indexed epoch, uint32 indexed proposal, Fault indexed fault, address prover);

    /// @notice The opening of the named link does not lead from its root to what the link says, or to a leaf of another tag or length than its tree's.
    /// `link` counts the links of the call's arguments in order, from 0.
    error InvalidOpening(uint256 link);
    /// @notice The named link is to another place, or its `which` leads into another tree, than the proof needs.
    error WrongPlace(uint256 link);
    /// @notice All openings hold, and what they show is as it should be.
    error NoFault();
    error ProposalNotPending(Epoch epoch, uint32 proposal);
    /// @notice The settlement is not the one that the call belongs to.
    error WrongSettlement(SettlementId settlement);
    /// @notice A chain has too few or too many links for this proof.
    error WrongChain(uint256 links);

    // --- receipt: `call` is the chain (group, trace) ---

    /// @notice The trace leaf is absent, its receipt hash is not the settled receipt's, or its amount is not the receipt's part of the settlement's pool
    /// (Receipt a, b, d).
    function proveReceipt(
        Accused calldata accused,
        SettlementId settlement,
        Link[] calldata call,
        Link calldata receipt
    ) external;

    /// @notice The trace leaf's sketch hash is not the settled sketch's (Receipt c).
    function proveSketchHash(
        Accused calldata accused,
        SettlementId settlement,
        Link[] calldata call,
        Link calldata sketch
    ) external;

    // --- influence, omission; the trace link's `which` names the list: 0 helpful, 1 harmful ---

    /// @notice A listed `s` or `w` is not what the sketches give, or the record does not exist.
    function proveInfluence(
        Accused calldata accused,
        SettlementId settlement,
        Link[] calldata call,
        Link calldata entry,
        Link calldata sketch,
        Link calldata record
    ) external;

    /// @notice A record that belongs between two neighbours of a list, or on its free end, is not there. `before` is ignored where `entry.key` is 0.
    function proveOmission(
        Accused calldata accused,
        SettlementId settlement,
        Link[] calldata call,
        Link calldata before,
        Link calldata entry,
        Link calldata sketch,
        Link calldata record
    ) external;

    // --- points ---

    /// @notice An entry's points are not its part of the call's amount (Form g).
    function provePoints(Accused calldata accused, Link[] calldata call, Link calldata entry) external;

    /// @notice An entry and a tally that ought to mirror each other do not: `entry` is (group, trace, entry), `tally` is (group, points, tally); one of them is
    /// present and names the other's place, which is absent or says otherwise (Points a, b).
    function proveMirror(Accused calldata accused, Link[] calldata entry, Link[] calldata tally) external;

    /// @notice A net is not `max(0, credits − debits)` (Points c). `points` is (group, points).
    function proveNet(Accused calldata accused, Link[] calldata points) external;

    // --- earning ---

    /// @notice The position of a points leaf is not the one that earns for the record's contribution, which is the treasury's where it was not accepted before
    /// the epoch ended; or the record counts as absent (Earning a). `points` is (group, points).
    function proveOwner(Accused calldata accused, Link[] calldata points, Link calldata record) external;

    /// @notice A record's part of the pool and the earning it should be do not mirror each other (Earning b, c, d). `points` is (group, points), `earning` is
    /// (payout, earning); it may be empty for b.
    function proveEarning(Accused calldata accused, Link[] calldata points, Link[] calldata earning) external;

    /// @notice A group's fallback and the treasury's earning do not mirror each other, or one is there without cause (Earning e, f, g). `earning` may be empty for e.
    function proveFallback(Accused calldata accused, Link calldata group, Link[] calldata earning) external;

    // --- balance ---

    /// @notice A payout is not the previous one and its earnings.
    function proveBalance(Accused calldata accused, Link calldata payout, Link calldata previous) external;

    // --- form: chains begin in the payouts tree if `inPayouts`, else in the groups tree ---

    /// @notice A node or payload is malformed (Form a).
    function proveMalformed(Accused calldata accused, bool inPayouts, Link[] calldata node) external;

    /// @notice A group's leaf is absent, or not the ledger's (Form b).
    function proveGroup(Accused calldata accused, Link calldata group) external;

    /// @notice A leaf stands where none may be, or points to where nothing can be (Form c, h).
    function proveMisplaced(Accused calldata accused, bool inPayouts, Link[] calldata leaf) external;

    /// @notice Two leaves of an ordered list are not ascending (Form d): the chain to the first, and the second at a later place of the same tree.
    function proveUnordered(
        Accused calldata accused,
        bool inPayouts,
        Link[] calldata first,
        Link calldata second
    ) external;

    /// @notice A contiguous list has a gap (Form e): the chain to the absent place, and a present leaf right of it.
    function proveGap(
        Accused calldata accused,
        bool inPayouts,
        Link[] calldata missing,
        Link calldata present
    ) external;
}
