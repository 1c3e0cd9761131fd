// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Test} from "forge-std/Test.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IDatanetRegistry} from "../../../contracts/interfaces/IDatanetRegistry.sol";
import {IModelRegistry} from "../../../contracts/interfaces/IModelRegistry.sol";
import {IOperatorStaking} from "../../../contracts/interfaces/IOperatorStaking.sol";
import {ISlasher} from "../../../contracts/interfaces/ISlasher.sol";
import {OperatorStaking} from "../../../contracts/staking/OperatorStaking.sol";
import {OpenToken} from "../../../contracts/token/OpenToken.sol";
import {PoolId} from "../../../contracts/types/Ids.sol";

/// @notice Stands in for both registries: what staking asks them is how many datanets and models there are.
contract CountedRegistries {
    function datanetCount() external pure returns (uint64) {
        return 2;
    }

    function modelCount() external pure returns (uint64) {
        return 3;
    }
}

/// @notice A slasher that states how long it holds stake answerable.
contract AnswerableSlasher is ISlasher {
    uint48 public immutable answerableSeconds;

    constructor(uint48 answerableSeconds_) {
        answerableSeconds = answerableSeconds_;
    }
}

/// @notice Staking that is bound to stand-ins, and accounts that hold OPEN and let it take them.
abstract contract StakingFixture is Test {
    uint48 internal constant UNBONDING = 14 days;
    uint48 internal constant COMMISSION_DELAY = 20 days;
    uint48 internal constant STREAM = 7 days;
    uint128 internal constant FUNDS = 1_000_000e18;

    /// @dev Places in the list of faults: one takes everything and rewards half, one takes a tenth and burns all, one has another slasher.
    uint256 internal constant GRAVE = 0;
    uint256 internal constant SLIGHT = 1;
    uint256 internal constant FOREIGN = 2;

    OpenToken internal open;
    OperatorStaking internal staking;
    CountedRegistries internal registries;
    AnswerableSlasher internal slasher;
    AnswerableSlasher internal otherSlasher;

    address internal governance = makeAddr("governance");
    address internal operator = makeAddr("operator");
    address internal alice = makeAddr("alice");
    address internal bob = makeAddr("bob");
    address internal payer = makeAddr("payer");
    address internal prover = makeAddr("prover");
    address internal stranger = makeAddr("stranger");

    /// @dev The operator's attributor pool, without commission.
    PoolId internal pool;
    uint256 private _cases;

    function setUp() public virtual {
        vm.warp(1_800_000_000);
        open = new OpenToken(address(this));
        registries = new CountedRegistries();
        slasher = new AnswerableSlasher(UNBONDING - 1);
        otherSlasher = new AnswerableSlasher(1 days);
        staking = _unbound();
        staking.bind(_models(), _datanets(), _faults());
        vm.prank(operator);
        pool = staking.openPool(IOperatorStaking.PoolKind.Attributor, 0, 0);
        address[5] memory accounts = [operator, alice, bob, payer, stranger];
        for (uint256 i; i < accounts.length; ++i) {
            open.transfer(accounts[i], FUNDS);
            _approve(open, accounts[i]);
        }
    }

    function _unbound() internal returns (OperatorStaking) {
        return new OperatorStaking(open, governance, IOperatorStaking.Parameters(UNBONDING, COMMISSION_DELAY, STREAM));
    }

    function _models() internal view returns (IModelRegistry) {
        return IModelRegistry(address(registries));
    }

    function _datanets() internal view returns (IDatanetRegistry) {
        return IDatanetRegistry(address(registries));
    }

    function _faults() internal view returns (IOperatorStaking.Fault[] memory faults) {
        faults = new IOperatorStaking.Fault[](3);
        faults[GRAVE] = IOperatorStaking.Fault(address(slasher), 10_000, 5_000);
        faults[SLIGHT] = IOperatorStaking.Fault(address(slasher), 1_000, 0);
        faults[FOREIGN] = IOperatorStaking.Fault(address(otherSlasher), 10_000, 0);
    }

    function _approve(IERC20 token, address account) internal {
        vm.prank(account);
        token.approve(address(staking), type(uint256).max);
    }

    function _stake(address account, uint128 amount) internal returns (uint128) {
        return _stake(account, pool, amount);
    }

    function _stake(address account, PoolId into, uint128 amount) internal returns (uint128) {
        vm.prank(account);
        return staking.stake(into, amount);
    }

    function _unbond(address account, uint128 shares) internal returns (uint256) {
        return _unbond(account, 0, shares);
    }

    function _unbond(address account, uint32 generation, uint128 shares) internal returns (uint256) {
        vm.prank(account);
        return staking.unbond(pool, generation, shares);
    }

    function _slash(uint16 bps) internal returns (uint128 slashed, uint128 reward) {
        vm.prank(address(slasher));
        return staking.slash(GRAVE, pool, bps, prover, bytes32(++_cases));
    }

    function _fund(IERC20 token, uint128 amount) internal {
        vm.prank(payer);
        staking.fund(pool, address(token), amount);
    }

    function _claim(IERC20 token, address account) internal returns (uint128) {
        return staking.claimRewards(pool, staking.poolOf(pool).generation, address(token), account);
    }

    function _skip(uint256 time) internal {
        vm.warp(vm.getBlockTimestamp() + time);
    }

    function _staked() internal view returns (uint256 stakes) {
        (stakes, ) = staking.owed(address(open));
    }

    function _rewards(IERC20 token) internal view returns (uint256 rewards) {
        (, rewards) = staking.owed(address(token));
    }

    function _assertEq(PoolId a, PoolId b) internal pure {
        assertEq(PoolId.unwrap(a), PoolId.unwrap(b));
    }
}
