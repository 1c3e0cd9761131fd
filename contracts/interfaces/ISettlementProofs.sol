// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ChannelConfig} from "../types/Channel.sol";
import {CommitName} from "../types/CommitName.sol";
import {SettlementId} from "../types/Ids.sol";
import {Link} from "../types/Link.sol";
import {Receipt} from "../types/Receipt.sol";
import {IBatchSettlement} from "./IBatchSettlement.sol";

/// @title Proofs against what is settled
/// @notice Ends a sketch commit, or voids a settlement, of which something is shown to be wrong (docs/faults.md, sketch faults and receipt breaches). Each proof is one
/// transaction, open to anybody; it reads calldata and what the chain holds, no clock but the time in which the accused can be ended, and no vote.
/// @dev Sketches can be accused until they are ready, receipts until their settlement is. What is proven is a case, for which those who signed are slashed afterwards
/// (IPenalties): the case of a commit is the number that its name is (docs/formats.md §9), that of an equivocation `equivocationOf`, that of a receipt
/// that was not settled its hash.
interface ISettlementProofs {
    enum Breach {
        SketchForm,
        SketchReceipt,
        ReceiptForm,
        ReceiptAlone,
        ReceiptOrder,
        Continuity,
        Equivocation,
        Uncovered,
        ForeignChannel
    }

    /// @param commit The name of what was ended. @param id Of the case.
    event BreachProven(CommitName indexed commit, uint256 indexed id, Breach indexed breach, address prover);
    event ProofReserved(CommitName indexed commit, address indexed sender, bytes32 commitment, uint32 number);
    event ProofRevealed(CommitName indexed commit, address indexed sender, uint32 number);

    /// @notice The opening of the named link shows nothing: it does not lead from its root to what the link says, or a preimage shows no fault of its node.
    /// `link` counts the links of the call's arguments in order, from 0.
    error InvalidOpening(uint256 link);
    /// @notice The named link is to another place than the proof needs.
    error WrongPlace(uint256 link);
    /// @notice All openings hold, and what they show is as it should be.
    error NoFault();
    /// @notice Nothing of that name can be accused: it is no sketch commit and no receipts, or not any more.
    error NotAccusable(CommitName commit);
    /// @notice There is no such settlement; for a contradiction: it is not another one of the same till, or it is void.
    error WrongSettlement(SettlementId settlement);
    /// @notice The configuration is not that of the receipt's channel.
    error WrongChannel(bytes32 channelId);
    /// @notice The two receipts are one, or not of one till, channel and sequence.
    error NoEquivocation();
    /// @notice Until that block an earlier reservation can still take the reward.
    error RewardUndecided(uint256 id, uint48 untilBlock);

    // --- reservations ---

    /// @notice Reserves the reward for a proof against something that can be accused, for a deposit. The proof must be made by the same sender, with the calldata it
    /// committed to, within 50 blocks; then the deposit is returned, whatever has become of what it accuses; else it burns.
    /// @param commitment The hash of docs/formats.md §7.5.
    function commitProof(CommitName commit, bytes32 commitment) external;

    // --- sketches: `commit` is the number of the sketch commit among the settlement's ---

    /// @notice A node or payload is malformed, a leaf stands at or above the settlement's count, or none at a place below it.
    function proveSketchForm(SettlementId settlement, uint32 commit, Link calldata node) external;

    /// @notice A sketch is of another receipt than the one at its place.
    function proveSketchReceipt(
        SettlementId settlement,
        uint32 commit,
        Link calldata sketch,
        Link calldata receipt
    ) external;

    // --- receipts ---

    /// @notice A node or payload is malformed, a leaf stands at or above the settlement's count, or none at a place below it.
    function proveReceiptForm(SettlementId settlement, Link calldata node) external;

    /// @notice A receipt is of another till or model version, its sequence is 0, or its cumulative amount is less than its own, or, as the first of its channel, more.
    function proveReceiptAlone(SettlementId settlement, Link calldata receipt) external;

    /// @notice Two receipts at neighbouring places do not ascend by channel and sequence without a gap, or the cumulative amount does not run on.
    function proveReceiptOrder(SettlementId settlement, Link calldata first, Link calldata second) external;

    /// @notice A receipt contradicts one of another settlement of the till: in one channel the later settlement's repeats or undercuts the other's sequence, follows it with
    /// another cumulative amount, or charges again what was charged.
    /// @param settlement Of the two the one that is accused; the other must not be void.
    function proveContinuity(
        SettlementId settlement,
        Link calldata receipt,
        SettlementId other,
        Link calldata otherReceipt
    ) external;

    /// @notice A receipt's cumulative amount is more than what was claimed from its channel: nobody paid for the call, or not yet. A gateway claims before it closes, and what was
    /// claimed never becomes less, so no honest receipt is uncovered. Once it is claimed the proof does not hold any more, a reserved one included: the money is there then.
    function proveUncovered(SettlementId settlement, Link calldata receipt) external;

    /// @notice A receipt's channel pays somebody else than the settlement's till, or another token than the ledger's: what was claimed from it covers nothing here.
    /// @param config Of the receipt's channel, whose id is its hash.
    function proveForeignChannel(
        SettlementId settlement,
        Link calldata receipt,
        ChannelConfig calldata config
    ) external;

    /// @notice The gateway signed two different receipts for one till, channel and sequence. There is no deadline but the unbonding of its stake.
    function proveEquivocation(
        Receipt calldata first,
        bytes calldata firstSignature,
        Receipt calldata second,
        bytes calldata secondSignature
    ) external;

    // --- views ---

    /// @notice The case of two receipts for this till, channel and sequence, and the name under which its proof is reserved.
    function equivocationOf(
        address till,
        bytes32 channelId,
        uint64 sequence
    ) external pure returns (uint256 id, CommitName commit);

    /// @notice The contract of the payment channels that receipts are compared with; 0 if there is none, and then neither of the two proofs about channels holds.
    function channels() external view returns (IBatchSettlement);

    /// @notice Whether something was proven under this name.
    function isProven(CommitName commit) external view returns (bool);
}
