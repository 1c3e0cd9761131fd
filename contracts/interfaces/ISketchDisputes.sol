// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {PoolId, RoundId} from "../types/Ids.sol";
import {IDemands} from "./IDemands.sol";
import {IStakeVotes} from "./IStakeVotes.sol";

/// @notice Disputes over sketches: whether one that was committed is the gradient's, within the published tolerance (docs/formats.md §7.7). *Attested by stake, not proven*:
/// no contract can compute a gradient, so attributors compute it again and vote by commit and reveal (IStakeVotes). Whatever a contract can decide is for fault proofs.
///
/// A vote says *keep* (the sketch agrees) or *mistake* (it does not). All attributors vote, those who signed the commit too: they are a quorum of all stake, and
/// without them a minority would judge the majority, or nobody would reach a quorum.
///
/// | outcome | what was committed | the disputer's bond | signers |
/// |---|---|---|---|
/// | outside | ends; with an index, its bond | comes back; its gain is the reward of the slashes | slashed; less, if they said so themselves in this vote |
/// | within | goes on | burns | – |
/// | unanswered | goes on | comes back, less a share that burns | – |
///
/// Nobody is paid for a vote, since what is paid for one answer only buys it. Signers vote to save their stake: who signed blindly and finds it out keeps most of
/// it by saying so. However many disputes there are of a commit, one of them decides how much its signers lose and who is rewarded: the earliest to be opened of those
/// that found it false. So nobody can deny a false sketch in one dispute and admit it in another, made for that by a friend. An unanswered dispute ends nothing, or silence would end honest work; the share that burns is what the delay cost.
///
/// The settlement, or the index, is held from the dispute on until the vote can have taken effect, and delays no other. Only what is not held yet, or would not yet have
/// been ready, can be disputed; so however many disputes there are, none delays it by more than `holdSeconds` after that instant.
interface ISketchDisputes is IStakeVotes {
    /// @notice Fixed at deployment.
    /// @param resolveSeconds After a vote, in which its outcome can take effect. @param bondFloor Least bond, base units of the ledger's token, not 0. @param bondBps Bond
    /// of a dispute over a settlement, of its pool, where that is more; at most 2,000. @param unansweredBps Share of the bond that burns if nobody answers, 1 to 5,000.
    /// @param signerFault Place in OperatorStaking's list of the fault of signing a sketch outside the tolerance. @param signerBps What it takes of a signer's stake,
    /// 1 to 10,000. @param admittedBps What it takes instead if the signer voted so in the decisive dispute; at most `signerBps`.
    /// @param answerableSeconds From a commit to the last second at which a signer is slashed for it; at least the ledger's sketch window, `holdSeconds` and one more time
    /// for reveals.
    struct Parameters {
        uint48 resolveSeconds;
        uint128 bondFloor;
        uint16 bondBps;
        uint16 unansweredBps;
        uint16 signerFault;
        uint16 signerBps;
        uint16 admittedBps;
        uint48 answerableSeconds;
    }

    enum Outcome {
        Open,
        Within, // the sketch agrees with its gradient
        Outside, // it does not
        Unanswered // too little stake took part
    }

    /// @param place Of the sketch in the committed tree. @param committedAt When that was committed. @param bond Held for the disputer, base units.
    struct Dispute {
        address disputer;
        uint48 committedAt;
        Outcome outcome;
        IDemands.Commitment commitment;
        uint32 place;
        uint128 bond;
    }

    /// @param heldUntil Before then what is disputed is not ready.
    event Disputed(
        RoundId indexed round,
        bytes32 indexed commit,
        address indexed disputer,
        IDemands.Commitment commitment,
        uint32 place,
        uint128 bond,
        uint48 heldUntil
    );
    /// @param hasEnded Whether the commit ended by this. @param refund Paid to the disputer of the bond; the rest burned.
    event DisputeResolved(RoundId indexed round, Outcome outcome, bool hasEnded, uint128 refund, uint128 burned);
    event SignerSlashed(
        RoundId indexed round,
        address indexed signer,
        bool hasAdmitted,
        uint128 slashed,
        uint128 reward
    );

    error AmountMismatch(uint256 expected, uint256 received);
    /// @notice Neither sketches nor an index, or this contract could not end it.
    error NotDisputable(uint8 kind);
    /// @notice There is no such commit, or it waits for nothing any more.
    error CommitNotPending(IDemands.Commitment commitment);
    /// @notice It is ready, or would be if it were not held.
    error DisputeTooLate(IDemands.Commitment commitment, uint48 until);
    error NoSuchSketch(uint32 place, uint64 count);
    error AlreadyDisputed(RoundId round);
    error UnknownDispute(RoundId round);
    error AlreadyResolved(RoundId round);
    /// @notice The round did not find sketches that attributors signed to be outside the tolerance.
    error NothingToPenalize(RoundId round);
    error WrongSigners(RoundId round);
    /// @notice An earlier dispute of the same commit, `decisive`, found it false too.
    error NotDecisive(RoundId round, RoundId decisive);
    /// @notice Earlier disputes of the same commit may still be resolved in time.
    error PenaltyTooEarly(RoundId round, uint48 from);
    error PenaltyTooLate(RoundId round, uint48 until);

    /// @notice Disputes the sketch at a place of a pending commit, under a bond of `bondFor` from the caller, and opens a round of votes. Holds what was committed. Once for
    /// each sketch.
    /// @param commitment Kind 4, sketches of a settlement's calls, or 2, the index of a version.
    function dispute(IDemands.Commitment calldata commitment, uint32 place) external returns (RoundId round);

    /// @notice Reveals a committed vote; anyone who knows the salt may call.
    /// @param isUpheld Whether the voter's own computation agrees with the sketch.
    function revealVote(RoundId round, PoolId pool, bool isUpheld, bytes32 salt) external;

    /// @notice Carries out the outcome once votes can no longer be revealed. Anyone may call. What has become ready before is not ended any more.
    function resolve(RoundId round) external;

    /// @notice Slashes one of those who signed sketches that a vote found to be outside the tolerance; the reward is the disputer's. Anyone may call, once for each signer
    /// with a pool and commit, when the time to resolve the dispute is over: then every earlier one of the commit could be resolved too.
    /// @param round The decisive dispute of the commit.
    /// @param signers All who signed them, ascending. @param place Of the one to slash.
    function penalizeSigner(RoundId round, address[] calldata signers, uint256 place) external;

    // --- views ---

    /// @notice A dispute; reverts if there is none.
    function disputeOf(RoundId round) external view returns (Dispute memory);

    /// @notice The dispute over this sketch; 0 if there is none.
    function disputeWith(IDemands.Commitment calldata commitment, uint32 place) external view returns (RoundId);

    /// @notice Of the disputes over this commit that were resolved and found a sketch outside the tolerance, the one that was opened first; 0 if there is none.
    function decisiveDispute(IDemands.Commitment calldata commitment) external view returns (RoundId);

    /// @notice Bond of a dispute over a sketch of this commit, base units.
    function bondFor(IDemands.Commitment calldata commitment) external view returns (uint128);

    /// @notice From a dispute to when what is disputed may be ready: the times to commit, to reveal and to resolve.
    function holdSeconds() external view returns (uint48);

    /// @notice Whether the pool voted, in this round, that the sketch is outside the tolerance. It counts in the decisive dispute alone.
    function hasAdmitted(RoundId round, PoolId pool) external view returns (bool);

    /// @notice As they were fixed.
    function parameters() external view returns (Parameters memory);

    /// @notice As they were fixed.
    function voteTerms() external view returns (VoteTerms memory);

    /// @notice Base units that this contract holds for others.
    function owed() external view returns (uint256);
}
