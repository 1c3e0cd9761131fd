// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IContributionReview} from "../../../contracts/interfaces/IContributionReview.sol";
import {IDatanetRegistry} from "../../../contracts/interfaces/IDatanetRegistry.sol";
import {IModelRegistry} from "../../../contracts/interfaces/IModelRegistry.sol";
import {IOperatorStaking} from "../../../contracts/interfaces/IOperatorStaking.sol";
import {ReviewVotes} from "../../../contracts/libraries/ReviewVotes.sol";
import {ContributionReview} from "../../../contracts/registry/ContributionReview.sol";
import {OperatorStaking} from "../../../contracts/staking/OperatorStaking.sol";
import {ContributionId, PoolId, RoundId} from "../../../contracts/types/Ids.sol";
import {Verdict} from "../../../contracts/types/Verdict.sol";
import {DatanetsTest} from "../support/DatanetsTest.sol";

/// @notice The review over the real OperatorStaking.
contract ContributionReviewStakingTest is DatanetsTest {
    bytes32 private constant VOTE_SALT = keccak256("vote");
    uint48 private constant UNBONDING = 2_000;

    OperatorStaking private _staking;
    ContributionReview private _review;
    PoolId private _bobs;
    PoolId private _carols;

    function setUp() public override {
        super.setUp();
        _staking = _newStaking(UNBONDING);
        _review = new ContributionReview(
            datanets,
            _staking,
            IContributionReview.Parameters(40, 1_000, 100, 50, 200, 4_000, 4_000, 0, 500, 50)
        );
        datanets.bindReview(address(_review));
        _bind(_staking);
        _bobs = _openPool(bob, 10_000);
        _carols = _openPool(carol, 20_000);
        _approve(stranger, address(_review));
        _pass(1);
    }

    function test_Staking_VotesWeighTheSnapshot() public {
        ContributionId id = _contribute(alice, "a", 10);
        RoundId round = _object(id);
        assertEq(_review.roundOf(round).stake, 30_000);
        _commit(round, bob, _bobs, Verdict.Keep);
        _commit(round, carol, _carols, Verdict.Malice);
        vm.prank(bob);
        _staking.stake(_bobs, 1_000_000);
        vm.prank(carol);
        _staking.unbond(_carols, 0, 20_000);
        vm.warp(_review.roundOf(round).commitUntil);
        _review.revealVote(round, _bobs, Verdict.Keep, VOTE_SALT);
        _review.revealVote(round, _carols, Verdict.Malice, VOTE_SALT);
        (Verdict verdict, bool isAnswered) = _review.verdictOf(round);
        assertEq(uint256(verdict), uint256(Verdict.Malice));
        assertTrue(isAnswered);
        _pass(WINDOW);
        _review.resolve(id);
        _assertStatus(id, IDatanetRegistry.ContributionStatus.Rejected);
    }

    function test_Staking_LeavingSavesNoUnrevealedVote() public {
        RoundId round = _object(_contribute(alice, "a", 10));
        _commit(round, bob, _bobs, Verdict.Keep);
        vm.prank(bob);
        uint256 unbonding = _staking.unbond(_bobs, 0, 10_000);
        vm.warp(_review.roundOf(round).revealUntil);
        uint256 supply = token.totalSupply();
        uint256 before = token.balanceOf(stranger);
        vm.prank(stranger);
        _review.slashUnrevealed(round, _bobs);
        assertEq(token.balanceOf(stranger) - before, 250);
        assertEq(supply - token.totalSupply(), 250);
        _pass(UNBONDING);
        assertEq(_staking.withdraw(unbonding), 9_500);
    }

    function test_Staking_RefusesShorterUnbonding() public {
        uint48 answerable = _review.answerableSeconds();
        OperatorStaking tooShort = _newStaking(answerable);
        vm.expectRevert(
            abi.encodeWithSelector(
                IOperatorStaking.AnswerableTooLong.selector,
                address(_review),
                answerable,
                answerable
            )
        );
        this.bindStaking(tooShort);
        _bind(_newStaking(answerable + 1));
    }

    function bindStaking(OperatorStaking staking) external {
        _bind(staking);
    }

    function _newStaking(uint48 unbondingSeconds) private returns (OperatorStaking) {
        IOperatorStaking.Parameters memory p = IOperatorStaking.Parameters(unbondingSeconds, 100_000, 100);
        return new OperatorStaking(token, address(this), p);
    }

    function _bind(OperatorStaking staking) private {
        IOperatorStaking.Fault[] memory faults = new IOperatorStaking.Fault[](1);
        faults[0] = IOperatorStaking.Fault(address(_review), 1_000, 5_000);
        staking.bind(IModelRegistry(address(this)), datanets, faults);
    }

    function _openPool(address operator, uint128 amount) private returns (PoolId pool) {
        _approve(operator, address(_staking));
        vm.startPrank(operator);
        pool = _staking.openPool(IOperatorStaking.PoolKind.Validator, 1, 0);
        _staking.stake(pool, amount);
        vm.stopPrank();
    }

    function _object(ContributionId id) private returns (RoundId) {
        vm.prank(stranger);
        return _review.object(id, Verdict.Malice, keccak256("reason"), "");
    }

    function _commit(RoundId round, address operator, PoolId pool, Verdict verdict) private {
        bytes32 commitment = ReviewVotes.commitmentOf(
            block.chainid,
            address(_review),
            round,
            operator,
            verdict,
            VOTE_SALT
        );
        vm.prank(operator);
        _review.commitVote(round, pool, commitment);
    }
}
