// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

// An attacker's call is made from its bytes.
// solhint-disable avoid-low-level-calls, no-unchecked-calls

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Test} from "forge-std/Test.sol";
import {IDatanetRegistry} from "../../../contracts/interfaces/IDatanetRegistry.sol";
import {IModelRegistry} from "../../../contracts/interfaces/IModelRegistry.sol";
import {IOperatorStaking} from "../../../contracts/interfaces/IOperatorStaking.sol";
import {OperatorStaking} from "../../../contracts/staking/OperatorStaking.sol";
import {ModelId, PoolId} from "../../../contracts/types/Ids.sol";
import {AnswerableSlasher, CountedRegistries} from "../support/StakingFixture.sol";
import {ReentrantToken} from "../support/Tokens.sol";

/// @notice Even if OPEN itself were hostile: while stake or a reward moves, the token calls any function of the staking, which refuses it, and everybody
/// has the same afterwards as without the attack.
contract ReentrantStakeTest is Test {
    bytes4 private constant REENTRANT = ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector;
    uint48 private constant UNBONDING = 14 days;
    PoolId private constant POOL = PoolId.wrap(1);

    struct Step {
        string name;
        address caller;
        bytes call;
    }

    ReentrantToken private _open;
    OperatorStaking private _staking;
    address private immutable _governance = makeAddr("governance");
    address private immutable _prover = makeAddr("prover");
    uint256 private _unbonding;
    Step[] private _moving;
    Step[] private _others;

    function setUp() public {
        _open = new ReentrantToken();
        _staking = new OperatorStaking(
            _open,
            _governance,
            IOperatorStaking.Parameters({
                unbondingSeconds: UNBONDING,
                commissionDelaySeconds: UNBONDING,
                streamSeconds: 7 days
            })
        );
        CountedRegistries registries = new CountedRegistries();
        AnswerableSlasher slasher = new AnswerableSlasher(1 days);
        IOperatorStaking.Fault[] memory faults = new IOperatorStaking.Fault[](1);
        faults[0] = IOperatorStaking.Fault(address(slasher), 10_000, 5_000);
        _staking.bind(IModelRegistry(address(registries)), IDatanetRegistry(address(registries)), faults);
        // The token has an account too, which could stake, and which its calls would be for.
        _open.allow(address(_staking));
        _open.approve(address(_staking), type(uint256).max);
        _staking.openPool(IOperatorStaking.PoolKind.Validator, 1, 1_000);
        _staking.stake(POOL, 1e6);
        _unbonding = _staking.unbond(POOL, 0, 1_000);
        _staking.fund(POOL, address(_open), 10_000);
        skip(UNBONDING);
        _list(address(slasher));
    }

    function test_EveryListedFunctionMovesTheToken() public {
        for (uint256 i; i < _moving.length; ++i) {
            uint256 snapshot = vm.snapshotState();
            _open.arm(address(_open), abi.encodeCall(_open.totalSupply, ()), false);
            _run(_moving[i]);
            assertTrue(_open.wasCalled(), _moving[i].name);
            vm.revertToStateAndDelete(snapshot);
        }
    }

    function test_NothingIsEnteredAgainBeforeTheStakeMoves() public {
        _attackAll(true);
    }

    function test_NothingIsEnteredAgainAfterTheStakeMoved() public {
        _attackAll(false);
    }

    function _attackAll(bool isBefore) private {
        for (uint256 i; i < _moving.length; ++i) {
            uint256 snapshot = vm.snapshotState();
            _run(_moving[i]);
            bytes32 books = _books();
            vm.revertToStateAndDelete(snapshot);
            for (uint256 j; j < _moving.length; ++j) _attack(_moving[i], _moving[j], isBefore, books);
            for (uint256 j; j < _others.length; ++j) _attack(_moving[i], _others[j], isBefore, books);
        }
    }

    /// @param books As the outer call leaves them by itself.
    function _attack(Step memory outer, Step memory inner, bool isBefore, bytes32 books) private {
        uint256 snapshot = vm.snapshotState();
        string memory name = string.concat(inner.name, " during ", outer.name);
        _open.arm(address(_staking), inner.call, isBefore);
        _run(outer);
        assertTrue(_open.wasRefused(), name);
        assertEq(_open.refusal(), REENTRANT, name);
        assertEq(_books(), books, name);
        vm.revertToStateAndDelete(snapshot);
    }

    function _run(Step memory step) private {
        vm.prank(step.caller);
        (bool success, ) = address(_staking).call(step.call);
        assertTrue(success, step.name);
        (uint256 stakes, uint256 rewards) = _staking.owed(address(_open));
        assertEq(_open.balanceOf(address(_staking)), stakes + rewards, step.name);
    }

    /// @dev What the staking owes, what everybody holds, and the shares of the pool.
    function _books() private view returns (bytes32) {
        uint256[10] memory books;
        (books[0], books[1]) = _staking.owed(address(_open));
        (books[2], books[3]) = _staking.generationOf(POOL, 0);
        (books[4], books[5]) = _staking.sharesOf(POOL, 0, address(this));
        books[6] = _open.totalSupply();
        books[7] = _open.balanceOf(address(this));
        books[8] = _open.balanceOf(address(_open));
        books[9] = _open.balanceOf(_prover);
        return keccak256(abi.encode(books));
    }

    function _list(address slasher) private {
        address token = address(_open);
        ModelId model = ModelId.wrap(1);
        _moving.push(Step("stake", address(this), abi.encodeCall(IOperatorStaking.stake, (POOL, 1_000))));
        _moving.push(Step("withdraw", address(this), abi.encodeCall(IOperatorStaking.withdraw, (_unbonding))));
        _moving.push(Step("fund", address(this), abi.encodeCall(IOperatorStaking.fund, (POOL, token, 1_000))));
        _moving.push(
            Step("fundModel", address(this), abi.encodeCall(IOperatorStaking.fundModel, (model, token, 1_000)))
        );
        bytes memory rewards = abi.encodeCall(IOperatorStaking.claimRewards, (POOL, 0, token, address(this)));
        _moving.push(Step("claimRewards", address(this), rewards));
        bytes memory slash = abi.encodeCall(IOperatorStaking.slash, (0, POOL, 5_000, _prover, "case"));
        _moving.push(Step("slash", slasher, slash));

        _others.push(Step("unbond", address(this), abi.encodeCall(IOperatorStaking.unbond, (POOL, 0, 1))));
        bytes memory pool = abi.encodeCall(IOperatorStaking.openPool, (IOperatorStaking.PoolKind.Gateway, 0, 0));
        _others.push(Step("openPool", address(this), pool));
        _others.push(Step("openModelPool", address(this), abi.encodeCall(IOperatorStaking.openModelPool, (model))));
        bytes memory commission = abi.encodeCall(IOperatorStaking.announceCommission, (POOL, 0));
        _others.push(Step("announceCommission", address(this), commission));
        bytes memory listing = abi.encodeCall(IOperatorStaking.addRewardToken, (address(7)));
        _others.push(Step("addRewardToken", _governance, listing));
    }
}
