// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IDatanetRegistry} from "../../../contracts/interfaces/IDatanetRegistry.sol";
import {IModelRegistry} from "../../../contracts/interfaces/IModelRegistry.sol";
import {IOperatorStaking} from "../../../contracts/interfaces/IOperatorStaking.sol";
import {OperatorStaking} from "../../../contracts/staking/OperatorStaking.sol";
import {AnswerableSlasher, StakingFixture} from "../support/StakingFixture.sol";

contract HugeToken is ERC20 {
    constructor(uint256 supply) ERC20("Huge", "HUGE") {
        _mint(msg.sender, supply);
    }
}

/// @notice How staking is set up: its arguments, its registries and faults, and its reward tokens.
contract OperatorStakingBindTest is StakingFixture {
    uint256 private constant MOST_SUPPLY = uint256(type(uint128).max) / 1e9;

    event Bound(address indexed models, address indexed datanets);
    event FaultDefined(uint256 indexed fault, address indexed slasher, uint16 mostBps, uint16 rewardBps);
    event RewardTokenAdded(address indexed token);

    // --- constructor ---

    function test_Constructor_RevertsForTooLargeSupply() public {
        IERC20 fits = new HugeToken(MOST_SUPPLY);
        new OperatorStaking(fits, governance, _parameters());
        IERC20 huge = new HugeToken(MOST_SUPPLY + 1);
        _expectInvalid("open");
        new OperatorStaking(huge, governance, _parameters());
    }

    function test_Constructor_RevertsWithoutGovernance() public {
        _expectInvalid("governance");
        new OperatorStaking(open, address(0), _parameters());
    }

    function test_Constructor_RevertsForTimesOutOfRange() public {
        _expectConstructorReverts(0, 0, 1, "unbondingSeconds");
        _expectConstructorReverts(730 days + 1, 730 days + 1, 1, "unbondingSeconds");
        _expectConstructorReverts(2, 1, 1, "commissionDelaySeconds");
        _expectConstructorReverts(1, 730 days + 1, 1, "commissionDelaySeconds");
        _expectConstructorReverts(1, 1, 0, "streamSeconds");
        _expectConstructorReverts(1, 1, 730 days + 1, "streamSeconds");
        new OperatorStaking(open, governance, IOperatorStaking.Parameters(730 days, 730 days, 730 days));
        new OperatorStaking(open, governance, IOperatorStaking.Parameters(1, 1, 1));
    }

    function test_Constructor_KeepsItsArguments() public view {
        assertEq(staking.open(), address(open));
        assertEq(staking.governance(), governance);
        assertEq(abi.encode(staking.parameters()), abi.encode(_parameters()));
        assertTrue(staking.isRewardToken(address(open)));
        assertEq(staking.rewardTokens().length, 1);
        assertEq(staking.rewardTokens()[0], address(open));
    }

    // --- bind ---

    function test_Bind_RevertsForOthers() public {
        OperatorStaking fresh = _unbound();
        vm.prank(stranger);
        vm.expectRevert(abi.encodeWithSelector(IOperatorStaking.NotDeployer.selector, stranger));
        fresh.bind(_models(), _datanets(), _faults());
    }

    function test_Bind_RevertsTwice() public {
        vm.expectRevert(IOperatorStaking.AlreadyBound.selector);
        staking.bind(_models(), _datanets(), _faults());
    }

    function test_Bind_RevertsForZeroRegistries() public {
        OperatorStaking fresh = _unbound();
        _expectInvalid("models");
        fresh.bind(IModelRegistry(address(0)), _datanets(), _faults());
        _expectInvalid("datanets");
        fresh.bind(_models(), IDatanetRegistry(address(0)), _faults());
    }

    function test_Bind_RevertsForSlasherWithoutCode() public {
        _expectBindReverts(
            stranger,
            1,
            0,
            abi.encodeWithSelector(IOperatorStaking.InvalidParameter.selector, "slasher")
        );
    }

    function test_Bind_RevertsForMostOutOfRange() public {
        bytes memory invalid = abi.encodeWithSelector(IOperatorStaking.InvalidParameter.selector, "mostBps");
        _expectBindReverts(address(slasher), 0, 0, invalid);
        _expectBindReverts(address(slasher), 10_001, 0, invalid);
    }

    function test_Bind_RevertsForRewardAboveHalf() public {
        bytes memory invalid = abi.encodeWithSelector(IOperatorStaking.InvalidParameter.selector, "rewardBps");
        _expectBindReverts(address(slasher), 1, 5_001, invalid);
    }

    function test_Bind_RevertsForSlasherThatIsTooSlow() public {
        address slow = address(new AnswerableSlasher(UNBONDING));
        _expectBindReverts(
            slow,
            1,
            0,
            abi.encodeWithSelector(IOperatorStaking.AnswerableTooLong.selector, slow, UNBONDING, UNBONDING)
        );
    }

    function test_Bind_KeepsTheFaults() public {
        OperatorStaking fresh = _unbound();
        assertEq(fresh.faultCount(), 0);
        vm.expectEmit(address(fresh));
        emit Bound(address(registries), address(registries));
        vm.expectEmit(address(fresh));
        emit FaultDefined(GRAVE, address(slasher), 10_000, 5_000);
        vm.expectEmit(address(fresh));
        emit FaultDefined(SLIGHT, address(slasher), 1_000, 0);
        fresh.bind(_models(), _datanets(), _faults());
        assertEq(fresh.faultCount(), 3);
        assertEq(abi.encode(fresh.faultOf(SLIGHT)), abi.encode(_faults()[SLIGHT]));
        fresh.openPool(IOperatorStaking.PoolKind.Gateway, 0, 0);
    }

    function test_FaultOf_RevertsForUnknown() public {
        vm.expectRevert(abi.encodeWithSelector(IOperatorStaking.UnknownFault.selector, 3));
        staking.faultOf(3);
    }

    // --- addRewardToken ---

    function test_AddRewardToken_RevertsForOthers() public {
        vm.prank(stranger);
        vm.expectRevert(abi.encodeWithSelector(IOperatorStaking.NotGovernance.selector, stranger));
        staking.addRewardToken(stranger);
    }

    function test_AddRewardToken_RevertsForZero() public {
        vm.prank(governance);
        _expectInvalid("token");
        staking.addRewardToken(address(0));
    }

    function test_AddRewardToken_RevertsForListed() public {
        vm.prank(governance);
        vm.expectRevert(abi.encodeWithSelector(IOperatorStaking.RewardTokenListed.selector, address(open)));
        staking.addRewardToken(address(open));
    }

    function test_AddRewardToken_RevertsForTheFifth() public {
        vm.startPrank(governance);
        for (uint160 i = 1; i < 4; ++i) staking.addRewardToken(address(i));
        vm.expectRevert(abi.encodeWithSelector(IOperatorStaking.TooManyRewardTokens.selector, 4));
        staking.addRewardToken(address(4));
    }

    function test_AddRewardToken_ListsTheToken() public {
        assertFalse(staking.isRewardToken(stranger));
        vm.expectEmit(address(staking));
        emit RewardTokenAdded(stranger);
        vm.prank(governance);
        staking.addRewardToken(stranger);
        assertTrue(staking.isRewardToken(stranger));
        assertEq(staking.rewardTokens()[1], stranger);
    }

    // --- support ---

    function _parameters() private pure returns (IOperatorStaking.Parameters memory) {
        return IOperatorStaking.Parameters(UNBONDING, COMMISSION_DELAY, STREAM);
    }

    function _expectInvalid(string memory name) private {
        vm.expectRevert(abi.encodeWithSelector(IOperatorStaking.InvalidParameter.selector, name));
    }

    function _expectConstructorReverts(
        uint48 unbonding,
        uint48 commissionDelay,
        uint48 stream,
        string memory name
    ) private {
        _expectInvalid(name);
        new OperatorStaking(open, governance, IOperatorStaking.Parameters(unbonding, commissionDelay, stream));
    }

    function _expectBindReverts(address by, uint16 mostBps, uint16 rewardBps, bytes memory reason) private {
        OperatorStaking fresh = _unbound();
        IOperatorStaking.Fault[] memory faults = new IOperatorStaking.Fault[](1);
        faults[0] = IOperatorStaking.Fault(by, mostBps, rewardBps);
        vm.expectRevert(reason);
        fresh.bind(_models(), _datanets(), faults);
    }
}
