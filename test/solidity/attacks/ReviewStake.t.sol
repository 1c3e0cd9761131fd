// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IContributionReview} from "../../../contracts/interfaces/IContributionReview.sol";
import {IModelRegistry} from "../../../contracts/interfaces/IModelRegistry.sol";
import {IOperatorStaking} from "../../../contracts/interfaces/IOperatorStaking.sol";
import {IStakeVotes} from "../../../contracts/interfaces/IStakeVotes.sol";
import {ReviewVotes} from "../../../contracts/libraries/ReviewVotes.sol";
import {ContributionReview} from "../../../contracts/registry/ContributionReview.sol";
import {OperatorStaking} from "../../../contracts/staking/OperatorStaking.sol";
import {ContributionId, DatanetId, PoolId, RoundId} from "../../../contracts/types/Ids.sol";
import {Verdict} from "../../../contracts/types/Verdict.sol";
import {DatanetsTest} from "../support/DatanetsTest.sol";

/// @notice Stake that votes in the real review, with the shortest unbonding that staking accepts for it, and tries to vote without answering for it.
contract ReviewStakeTest is DatanetsTest {
    uint48 private constant COMMIT = 100;
    uint48 private constant REVEAL = 50;
    uint48 private constant UNBONDING = 1 + 2 * (COMMIT + REVEAL) + 200 + REVEAL + 1;

    OperatorStaking private _staking;
    ContributionReview private _review;
    PoolId private _bobs;
    PoolId private _carols;

    function setUp() public override {
        super.setUp();
        _staking = new OperatorStaking(token, address(this), IOperatorStaking.Parameters(UNBONDING, UNBONDING, 100));
        _review = new ContributionReview(
            datanets,
            _staking,
            IContributionReview.Parameters(40, 1_000, COMMIT, REVEAL, 200, 4_000, 4_000, 0, 500, 50)
        );
        datanets.bindReview(address(_review));
        IOperatorStaking.Fault[] memory faults = new IOperatorStaking.Fault[](1);
        faults[0] = IOperatorStaking.Fault(address(_review), 1_000, 5_000);
        _staking.bind(IModelRegistry(address(this)), datanets, faults);
        address[4] memory all = [alice, bob, carol, stranger];
        for (uint256 i; i < all.length; ++i) {
            _approve(all[i], address(_staking));
            _approve(all[i], address(_review));
        }
        _bobs = _openPool(bob, 10_000);
        _carols = _openPool(carol, 20_000);
        _pass(1);
    }

    function test_Attack_LeavingInTheSecondOfTheRound() public {
        ContributionId id = _contribute(alice, "a", 10);
        RoundId round = _object(id);
        vm.prank(bob);
        uint256 unbonding = _staking.unbond(_bobs, 0, 10_000);
        _commit(round, bob, _bobs);
        _slashInTheLastSecond(round, _bobs, unbonding);
    }

    function test_Attack_LeavingInTheSecondOfALateAppeal() public {
        ContributionId id = _contribute(alice, "a", 10);
        RoundId first = _object(id);
        // The window of the contribution lets an appeal come later than the time for appeals.
        vm.warp(datanets.contributionOf(id).contributedAt + WINDOW - 1);
        assertGt(vm.getBlockTimestamp(), _review.roundOf(first).revealUntil + 200);
        vm.prank(carol);
        RoundId round = _review.appeal(id);
        vm.prank(bob);
        uint256 unbonding = _staking.unbond(_bobs, 0, 10_000);
        _commit(round, bob, _bobs);
        _slashInTheLastSecond(round, _bobs, unbonding);
    }

    function test_Attack_StakeOfTheSecondOfTheRoundDoesNotVote() public {
        ContributionId id = _contribute(alice, "a", 10);
        vm.prank(stranger);
        PoolId pool = _staking.openPool(IOperatorStaking.PoolKind.Validator, 1, 0);
        vm.prank(stranger);
        _staking.stake(pool, 1e18);
        RoundId round = _object(id);
        uint48 snapshot = _review.roundOf(round).snapshot;
        vm.expectRevert(abi.encodeWithSelector(IStakeVotes.NoStake.selector, pool, snapshot));
        vm.prank(stranger);
        _review.commitVote(round, pool, keccak256("vote"));
    }

    function test_Attack_StakeThatLeftInTheSecondBeforeDoesNotVote() public {
        ContributionId id = _contribute(alice, "a", 10);
        vm.prank(bob);
        _staking.unbond(_bobs, 0, 10_000);
        _pass(1);
        RoundId round = _object(id);
        assertEq(_review.roundOf(round).stake, 20_000);
        uint48 snapshot = _review.roundOf(round).snapshot;
        vm.expectRevert(abi.encodeWithSelector(IStakeVotes.NoStake.selector, _bobs, snapshot));
        vm.prank(bob);
        _review.commitVote(round, _bobs, keccak256("vote"));
    }

    /// @dev Known: delegators trust the operator. What it takes from them by faults of its own is the fault's reward, and the rest burns.
    function test_Attack_OperatorIsSlashedForTheReward() public {
        vm.prank(carol);
        _staking.stake(_bobs, 1_000_000);
        vm.prank(bob);
        _staking.unbond(_bobs, 0, 10_000);
        _pass(1);
        uint256 before = token.balanceOf(stranger);
        uint256 supply = token.totalSupply();
        RoundId[10] memory rounds;
        for (uint256 i; i < rounds.length; ++i) {
            rounds[i] = _object(_contribute(alice, vm.toString(i), 1));
            _commit(rounds[i], bob, _bobs);
        }
        vm.warp(_review.roundOf(rounds[9]).revealUntil);
        for (uint256 i; i < rounds.length; ++i) {
            vm.prank(stranger);
            _review.slashUnrevealed(rounds[i], _bobs);
        }
        (, uint128 worth) = _staking.sharesOf(_bobs, 0, carol);
        // Ten rounds at a twentieth each, at the price of ten bonds, most of which come back.
        assertApproxEqAbs(worth, 598_737, 10);
        uint256 gained = token.balanceOf(stranger) + 10 * 40 - before;
        assertGt(gained, 200_000);
        assertLe(gained, supply - token.totalSupply());
    }

    /// @param order In which the pools act; each round, one of them moves stake and one that committed is slashed or not.
    function testFuzz_Attack_RevealedWeightIsWithinTheElectorate(uint8[6] calldata order) public {
        for (uint64 i; i < order.length; ++i) {
            _pass(order[i] % 3);
            (address mover, PoolId pool) = order[i] % 2 == 0 ? (bob, _bobs) : (carol, _carols);
            vm.prank(mover);
            if (order[i] % 5 < 3) _staking.stake(pool, uint128(1_000) * (i + 1));
            else _staking.unbond(pool, 0, 500);
            RoundId round = _object(_contribute(alice, vm.toString(i), 1));
            _commit(round, bob, _bobs);
            _commit(round, carol, _carols);
            vm.warp(_review.roundOf(round).commitUntil);
            _reveal(round, _bobs);
            if (order[i] > 127) _reveal(round, _carols);
            IStakeVotes.Round memory counted = _review.roundOf(round);
            assertLe(counted.revealed[uint256(Verdict.Malice)], counted.stake);
            vm.warp(counted.revealUntil);
            if (order[i] <= 127) _review.slashUnrevealed(round, _carols);
            (uint256 stakes, ) = _staking.owed(address(token));
            assertEq(token.balanceOf(address(_staking)), stakes);
            uint48 snapshot = uint48(vm.getBlockTimestamp()) - 1;
            assertEq(
                _staking.validatorStakeAt(DatanetId.wrap(1), snapshot),
                _staking.stakeAt(_bobs, snapshot) + _staking.stakeAt(_carols, snapshot)
            );
        }
    }

    /// @dev The pool committed and does not reveal.
    function _slashInTheLastSecond(RoundId round, PoolId pool, uint256 unbonding) private {
        vm.warp(_review.roundOf(round).revealUntil + REVEAL - 1);
        uint48 maturesAt = _staking.unbondingOf(unbonding).maturesAt;
        vm.expectRevert(abi.encodeWithSelector(IOperatorStaking.UnbondingNotMature.selector, unbonding, maturesAt));
        _staking.withdraw(unbonding);
        _review.slashUnrevealed(round, pool);
        vm.warp(maturesAt);
        assertEq(_staking.withdraw(unbonding), 9_500);
    }

    function _openPool(address operator, uint128 amount) private returns (PoolId pool) {
        vm.startPrank(operator);
        pool = _staking.openPool(IOperatorStaking.PoolKind.Validator, 1, 0);
        _staking.stake(pool, amount);
        vm.stopPrank();
    }

    function _object(ContributionId id) private returns (RoundId) {
        vm.prank(stranger);
        return _review.object(id, Verdict.Malice, keccak256("reason"), "");
    }

    function _commit(RoundId round, address operator, PoolId pool) private {
        bytes32 commitment = ReviewVotes.commitmentOf(
            block.chainid,
            address(_review),
            round,
            operator,
            Verdict.Malice,
            SALT
        );
        vm.prank(operator);
        _review.commitVote(round, pool, commitment);
    }

    function _reveal(RoundId round, PoolId pool) private {
        _review.revealVote(round, pool, Verdict.Malice, SALT);
    }
}
