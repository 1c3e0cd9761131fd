// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {DatanetId, PoolId, RoundId} from "../types/Ids.sol";
import {Verdict} from "../types/Verdict.sol";
import {ISlasher} from "./ISlasher.sol";

/// @notice Rounds of votes by commit and reveal among pools of stake.
/// @dev A pool weighs what it had staked in the second before the round began, so stake that comes later votes on nothing. A round is *answered* if the
/// revealed weight is at least the quorum's share of its electorate's stake. Its verdict is the highest one that strictly more than half of the revealed
/// weight names or exceeds.
interface IStakeVotes is ISlasher {
    /// @param commitSeconds Of each round, then `revealSeconds`; 1 second to 30 days each.
    /// @param quorumBps Share of the electorate's stake that must be revealed, 1 to 10,000.
    /// @param unrevealedFault Place in OperatorStaking's list of the fault of not revealing a vote; `unrevealedBps` is what it takes, 1 to 10,000.
    struct VoteTerms {
        uint48 commitSeconds;
        uint48 revealSeconds;
        uint16 quorumBps;
        uint16 unrevealedFault;
        uint16 unrevealedBps;
    }

    /// @param electorate The datanet on which the voters stake; 0 for all pools of their kind.
    /// @param snapshot When their stake was measured; `stake` is that of all of them.
    /// @param revealed Revealed weight by verdict.
    struct Round {
        DatanetId electorate;
        uint48 snapshot;
        uint48 commitUntil;
        uint48 revealUntil;
        uint128 stake;
        uint128[4] revealed;
    }

    event RoundOpened(
        RoundId indexed round,
        DatanetId indexed electorate,
        uint48 snapshot,
        uint128 stake,
        uint48 commitUntil,
        uint48 revealUntil
    );
    event VoteCommitted(RoundId indexed round, PoolId indexed pool, bytes32 commitment);
    event VoteRevealed(RoundId indexed round, PoolId indexed pool, Verdict verdict, uint128 weight);
    event UnrevealedSlashed(RoundId indexed round, PoolId indexed pool, uint128 slashed, uint128 reward);

    error InvalidParameter(string field);
    /// @notice Nobody who may vote has stake.
    error NoVoters();
    error UnknownRound(RoundId round);
    error NotInElectorate(RoundId round, PoolId pool);
    error NotOperator(PoolId pool, address caller);
    error NoStake(PoolId pool, uint48 snapshot);
    error EmptyCommitment();
    error AlreadyCommitted(RoundId round, PoolId pool);
    error NothingCommitted(RoundId round, PoolId pool);
    error WrongReveal(RoundId round, PoolId pool);
    error CommitWindowOver(RoundId round, uint48 until);
    error RevealNotOpen(RoundId round, uint48 from);
    error RevealWindowOpen(RoundId round, uint48 until);
    error RevealWindowOver(RoundId round, uint48 until);
    error SlashWindowOver(RoundId round, uint48 until);

    /// @notice Commits the vote of a pool of the electorate; only its operator, once.
    /// @param commitment docs/formats.md §7.6 or §7.7, with the operator as the voter.
    function commitVote(RoundId round, PoolId pool, bytes32 commitment) external;

    /// @notice Slashes a pool that committed and did not reveal, for `revealSeconds` after the round. Anyone may call, and gets the fault's reward.
    function slashUnrevealed(RoundId round, PoolId pool) external;

    // --- views ---

    function roundOf(RoundId round) external view returns (Round memory);

    function roundCount() external view returns (uint64);

    /// @notice The verdict of a round by what is revealed so far, and whether that reaches the quorum; keep if it does not.
    function verdictOf(RoundId round) external view returns (Verdict verdict, bool isAnswered);

    /// @notice What the pool committed and has not revealed; 0 if nothing.
    function commitmentOf(RoundId round, PoolId pool) external view returns (bytes32);
}
