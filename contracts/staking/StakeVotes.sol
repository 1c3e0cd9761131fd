// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IOperatorStaking} from "../interfaces/IOperatorStaking.sol";
import {IStakeVotes} from "../interfaces/IStakeVotes.sol";
import {ReviewVotes} from "../libraries/ReviewVotes.sol";
import {DatanetId, PoolId, RoundId} from "../types/Ids.sol";
import {Verdict} from "../types/Verdict.sol";

/// @notice Rounds of votes by commit and reveal, weighed by stake; what a vote is about and what follows from it is up to the contract that is made of this.
abstract contract StakeVotes is IStakeVotes, ReentrancyGuardTransient {
    uint256 internal constant BPS = 10_000;
    /// @dev Keeps the sums of windows far below what a u48 holds, and stake from being locked for years.
    uint48 private constant MOST_WINDOW_SECONDS = 30 days;

    IOperatorStaking internal immutable _staking;
    IOperatorStaking.PoolKind private immutable _voters;
    uint48 internal immutable _commitSeconds;
    uint48 internal immutable _revealSeconds;
    uint16 internal immutable _quorumBps;
    uint16 internal immutable _unrevealedFault;
    uint16 internal immutable _unrevealedBps;

    /// @inheritdoc IStakeVotes
    uint64 public roundCount;
    /// @inheritdoc IStakeVotes
    mapping(RoundId => mapping(PoolId => bytes32)) public commitmentOf;
    mapping(RoundId => Round) internal _rounds;

    constructor(IOperatorStaking staking, IOperatorStaking.PoolKind voters, VoteTerms memory terms) {
        _requireWindow(terms.commitSeconds, "commitSeconds");
        _requireWindow(terms.revealSeconds, "revealSeconds");
        if (terms.quorumBps == 0 || terms.quorumBps > BPS) revert InvalidParameter("quorumBps");
        if (terms.unrevealedBps == 0 || terms.unrevealedBps > BPS) revert InvalidParameter("unrevealedBps");
        _staking = staking;
        _voters = voters;
        _commitSeconds = terms.commitSeconds;
        _revealSeconds = terms.revealSeconds;
        _quorumBps = terms.quorumBps;
        _unrevealedFault = terms.unrevealedFault;
        _unrevealedBps = terms.unrevealedBps;
    }

    /// @inheritdoc IStakeVotes
    function commitVote(RoundId round, PoolId pool, bytes32 commitment) external nonReentrant {
        Round storage voted = _requireRound(round);
        if (block.timestamp >= voted.commitUntil) revert CommitWindowOver(round, voted.commitUntil);
        if (commitment == 0) revert EmptyCommitment();
        if (commitmentOf[round][pool] != 0) revert AlreadyCommitted(round, pool);
        IOperatorStaking.Pool memory voter = _staking.poolOf(pool);
        uint64 electorate = DatanetId.unwrap(voted.electorate);
        if (voter.kind != _voters || (electorate != 0 && voter.subject != electorate)) {
            revert NotInElectorate(round, pool);
        }
        if (voter.operator != msg.sender) revert NotOperator(pool, msg.sender);
        if (_staking.stakeAt(pool, voted.snapshot) == 0) revert NoStake(pool, voted.snapshot);
        commitmentOf[round][pool] = commitment;
        emit VoteCommitted(round, pool, commitment);
    }

    /// @inheritdoc IStakeVotes
    function slashUnrevealed(RoundId round, PoolId pool) external nonReentrant {
        uint48 revealUntil = _requireRound(round).revealUntil;
        if (block.timestamp < revealUntil) revert RevealWindowOpen(round, revealUntil);
        uint48 until = revealUntil + _revealSeconds;
        if (block.timestamp >= until) revert SlashWindowOver(round, until);
        _takeCommitment(round, pool);
        (uint128 slashed, uint128 reward) = _staking.slash(
            _unrevealedFault,
            pool,
            _unrevealedBps,
            msg.sender,
            keccak256(abi.encode(address(this), round, pool))
        );
        emit UnrevealedSlashed(round, pool, slashed, reward);
    }

    // --- views ---

    /// @inheritdoc IStakeVotes
    function roundOf(RoundId round) external view returns (Round memory) {
        return _requireRound(round);
    }

    /// @inheritdoc IStakeVotes
    function verdictOf(RoundId round) public view returns (Verdict verdict, bool isAnswered) {
        Round storage counted = _requireRound(round);
        uint128[4] memory weights = counted.revealed;
        uint256 revealed = uint256(weights[0]) + weights[1] + weights[2] + weights[3];
        isAnswered = revealed * BPS >= uint256(counted.stake) * _quorumBps;
        if (isAnswered) verdict = ReviewVotes.median(weights);
    }

    // --- internal ---

    /// @dev What the voter must have committed to for a vote with this salt.
    function _commitmentFor(
        RoundId round,
        address voter,
        Verdict verdict,
        bytes32 salt
    ) internal view virtual returns (bytes32);

    /// @dev Counts a committed vote; anyone who knows the salt may reveal it.
    function _reveal(RoundId round, PoolId pool, Verdict verdict, bytes32 salt) internal {
        Round storage voted = _requireRound(round);
        if (block.timestamp < voted.commitUntil) revert RevealNotOpen(round, voted.commitUntil);
        if (block.timestamp >= voted.revealUntil) revert RevealWindowOver(round, voted.revealUntil);
        bytes32 commitment = _takeCommitment(round, pool);
        if (_commitmentFor(round, _staking.poolOf(pool).operator, verdict, salt) != commitment) {
            revert WrongReveal(round, pool);
        }
        uint128 weight = _staking.stakeAt(pool, voted.snapshot);
        voted.revealed[uint256(verdict)] += weight;
        emit VoteRevealed(round, pool, verdict, weight);
    }

    /// @param stake Of the electorate, at the snapshot.
    function _openRound(DatanetId electorate, uint128 stake) internal returns (RoundId round) {
        if (stake == 0) revert NoVoters();
        uint48 snapshot = _snapshot();
        uint48 commitUntil = uint48(block.timestamp) + _commitSeconds;
        uint48 revealUntil = commitUntil + _revealSeconds;
        round = RoundId.wrap(++roundCount);
        Round storage opened = _rounds[round];
        opened.electorate = electorate;
        opened.snapshot = snapshot;
        opened.commitUntil = commitUntil;
        opened.revealUntil = revealUntil;
        opened.stake = stake;
        emit RoundOpened(round, electorate, snapshot, stake, commitUntil, revealUntil);
    }

    /// @dev Stake of the second before: that of this one may still change, even by the caller in this transaction.
    function _snapshot() internal view returns (uint48) {
        return uint48(block.timestamp) - 1;
    }

    function _requireRound(RoundId round) internal view returns (Round storage existing) {
        existing = _rounds[round];
        if (existing.commitUntil == 0) revert UnknownRound(round);
    }

    function _requireWindow(uint48 window, string memory field) internal pure {
        if (window == 0 || window > MOST_WINDOW_SECONDS) revert InvalidParameter(field);
    }

    function _takeCommitment(RoundId round, PoolId pool) private returns (bytes32 commitment) {
        commitment = commitmentOf[round][pool];
        if (commitment == 0) revert NothingCommitted(round, pool);
        delete commitmentOf[round][pool];
    }
}
