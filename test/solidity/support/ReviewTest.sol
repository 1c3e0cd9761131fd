// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IContributionReview} from "../../../contracts/interfaces/IContributionReview.sol";
import {IDatanetRegistry} from "../../../contracts/interfaces/IDatanetRegistry.sol";
import {IOperatorStaking} from "../../../contracts/interfaces/IOperatorStaking.sol";
import {ReviewVotes} from "../../../contracts/libraries/ReviewVotes.sol";
import {ContributionReview} from "../../../contracts/registry/ContributionReview.sol";
import {ContributionId, DatanetId, PoolId, RoundId} from "../../../contracts/types/Ids.sol";
import {Root} from "../../../contracts/types/Root.sol";
import {Verdict} from "../../../contracts/types/Verdict.sol";
import {DatanetsTest} from "./DatanetsTest.sol";
import {StakingStandIn} from "./StakingStandIn.sol";

/// @notice A registry under review, with three validators of the datanet and one of another.
abstract contract ReviewTest is DatanetsTest {
    uint48 internal constant COMMIT = 100;
    uint48 internal constant REVEAL = 50;
    /// @dev So long that no review ends before the window of a contribution, unless a test makes that longer.
    uint48 internal constant APPEAL = 1_000;
    uint48 internal constant SLOW_WINDOW = 50_000;
    /// @dev A contribution of ten records has a bond of 1,000, an objection to it one of 100.
    uint128 internal constant BOND = 100;
    uint128 internal constant REWARD_BPS = 4_000;
    bytes32 internal constant REASON = keccak256("reason");
    bytes32 internal constant VOTE_SALT = keccak256("vote");
    PoolId internal constant ONE = PoolId.wrap(1);
    PoolId internal constant TWO = PoolId.wrap(2);
    PoolId internal constant THREE = PoolId.wrap(3);
    /// @dev Of another datanet.
    PoolId internal constant FAR = PoolId.wrap(4);

    StakingStandIn internal staking;
    ContributionReview internal review;

    function setUp() public virtual override {
        super.setUp();
        staking = new StakingStandIn();
        review = _deploy(_parameters());
        datanets.bindReview(address(review));
        vm.prank(curator);
        datanets.createDatanet(_terms(), "ipfs://another");
        address[5] memory all = [curator, alice, bob, carol, stranger];
        for (uint256 i; i < all.length; ++i) _approve(all[i], address(review));
        for (uint64 pool = 1; pool <= 4; ++pool) {
            staking.open(IOperatorStaking.PoolKind.Validator, pool == 4 ? 2 : 1, _operator(PoolId.wrap(pool)));
        }
        _stake(100, 100, 100, 300);
    }

    function _parameters() internal pure returns (IContributionReview.Parameters memory) {
        return
            IContributionReview.Parameters({
                objectionBondFloor: 40,
                objectionBondBps: 1_000,
                commitSeconds: COMMIT,
                revealSeconds: REVEAL,
                appealSeconds: APPEAL,
                quorumBps: 4_000,
                rewardBps: uint16(REWARD_BPS),
                unrevealedFault: 3,
                unrevealedBps: 500,
                leastStake: 50
            });
    }

    function _deploy(IContributionReview.Parameters memory p) internal returns (ContributionReview) {
        return new ContributionReview(datanets, IOperatorStaking(address(staking)), p);
    }

    function _operator(PoolId pool) internal pure returns (address) {
        return address(uint160(0x0b00 + PoolId.unwrap(pool)));
    }

    /// @dev Stakes of the four pools, a second before now.
    function _stake(uint128 one, uint128 two, uint128 three, uint128 far) internal {
        staking.setStake(ONE, one);
        staking.setStake(TWO, two);
        staking.setStake(THREE, three);
        staking.setStake(FAR, far);
        _pass(1);
    }

    /// @dev By Alice, to the third datanet, whose window is longer than a review and its appeal; it has no validators of its own.
    function _contributeSlowly() internal returns (ContributionId) {
        IDatanetRegistry.Terms memory terms = _terms();
        terms.reviewWindowSeconds = SLOW_WINDOW;
        vm.prank(curator);
        DatanetId slow = datanets.createDatanet(terms, "ipfs://slow");
        Root memory root = _root("slow", 10);
        datanets.reserve(datanets.reservationOf(alice, slow, root, SALT));
        _nextBlock();
        vm.prank(alice);
        return datanets.contribute(slow, IDatanetRegistry.ContributionKind.Data, root, LICENCE, "", SALT);
    }

    function _object(ContributionId contribution) internal returns (RoundId) {
        return _object(contribution, Verdict.Malice);
    }

    function _object(ContributionId contribution, Verdict claimed) internal returns (RoundId) {
        return _object(bob, contribution, claimed);
    }

    function _object(address by, ContributionId contribution, Verdict claimed) internal returns (RoundId) {
        vm.prank(by);
        return review.object(contribution, claimed, REASON, "ipfs://reason");
    }

    function _appeal(address by, ContributionId contribution) internal returns (RoundId) {
        vm.prank(by);
        return review.appeal(contribution);
    }

    function _commitment(RoundId round, PoolId pool, Verdict verdict) internal view returns (bytes32) {
        address voter = _operator(pool);
        return ReviewVotes.commitmentOf(block.chainid, address(review), round, voter, verdict, VOTE_SALT);
    }

    function _commit(RoundId round, PoolId pool, Verdict verdict) internal {
        bytes32 commitment = _commitment(round, pool, verdict);
        vm.prank(_operator(pool));
        review.commitVote(round, pool, commitment);
    }

    function _toReveals(RoundId round) internal {
        vm.warp(review.roundOf(round).commitUntil);
    }

    function _toEnd(RoundId round) internal {
        vm.warp(review.roundOf(round).revealUntil);
    }

    /// @dev One pool of the datanet, of a third of its stake but short of the quorum of all validators, votes to the end of the round.
    function _voteAlone(RoundId round, PoolId pool, Verdict verdict) internal {
        _commit(round, pool, verdict);
        _toReveals(round);
        review.revealVote(round, pool, verdict, VOTE_SALT);
        _toEnd(round);
    }

    /// @dev All validators who may vote, vote the same, to the end of the round.
    function _voteAll(RoundId round, Verdict verdict) internal {
        bool isAppeal = review.roundOf(round).stake == 600;
        uint64 last = isAppeal ? 4 : 3;
        for (uint64 pool = 1; pool <= last; ++pool) _commit(round, PoolId.wrap(pool), verdict);
        _toReveals(round);
        for (uint64 pool = 1; pool <= last; ++pool) {
            review.revealVote(round, PoolId.wrap(pool), verdict, VOTE_SALT);
        }
        _toEnd(round);
    }

    /// @dev Objects, has all validators of the datanet vote so, waits and resolves.
    function _judge(ContributionId contribution, Verdict verdict) internal {
        _voteAll(_object(contribution), verdict);
        _pass(APPEAL);
        review.resolve(contribution);
    }

    function _assertReviewSolvent() internal view {
        assertEq(token.balanceOf(address(review)), review.owed(), "balance is what is owed");
    }
}
