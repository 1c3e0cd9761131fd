// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IBatchSettlement} from "../../../contracts/interfaces/IBatchSettlement.sol";
import {IDepositCollector} from "../../../contracts/interfaces/IDepositCollector.sol";
import {ChannelConfig} from "../../../contracts/types/Channel.sol";
import {ChannelsFixture} from "./ChannelsFixture.sol";

/// @notice Brings nothing.
contract EmptyHandedCollector is IDepositCollector {
    function collect(address, address, uint256, bytes32, bytes calldata) external {}
}

/// @notice What is put into payment channels.
contract BatchSettlementDepositTest is ChannelsFixture {
    function _expectInvalid(ChannelConfig memory config) private {
        vm.expectRevert(IBatchSettlement.InvalidChannel.selector);
        _deposit(config, 1);
    }

    function test_Deposit_RevertsForIncompleteChannel() public {
        ChannelConfig memory config = _config;
        config.payer = address(0);
        _expectInvalid(config);
        (config.payer, config.receiver) = (_payer, address(0));
        _expectInvalid(config);
        (config.receiver, config.receiverAuthorizer) = (_receiver, address(0));
        _expectInvalid(config);
        (config.receiverAuthorizer, config.token) = (_authorizer, address(0));
        _expectInvalid(config);
    }

    function test_Deposit_RevertsForDelayOutOfRange() public {
        ChannelConfig memory config = _config;
        uint40[2] memory beyond = [uint40(15 minutes - 1), uint40(30 days + 1)];
        for (uint256 i; i < 2; ++i) {
            config.withdrawDelay = beyond[i];
            vm.expectRevert(IBatchSettlement.WithdrawDelayOutOfRange.selector);
            _deposit(config, 1);
        }
        config.withdrawDelay = _settlement.MIN_WITHDRAW_DELAY();
        _deposit(config, 1);
        config.withdrawDelay = _settlement.MAX_WITHDRAW_DELAY();
        _deposit(config, 1);
    }

    function test_Deposit_RevertsForNothing() public {
        vm.expectRevert(IBatchSettlement.ZeroDeposit.selector);
        _deposit(_config, 0);
    }

    function test_Deposit_RevertsWithoutCollector() public {
        vm.expectRevert(IBatchSettlement.InvalidCollector.selector);
        _settlement.deposit(_config, 1, address(0), "");
    }

    function test_Deposit_RevertsForMoreThanAChannelHolds() public {
        _deposit(_config, 1);
        vm.expectRevert(IBatchSettlement.DepositOverflow.selector);
        _deposit(_config, type(uint128).max);
    }

    function test_Deposit_RevertsForTokenThatKeepsAPart() public {
        _token.setFee(1_000);
        vm.expectRevert(IBatchSettlement.DepositCollectionFailed.selector);
        _deposit(_config, 10);
    }

    function test_Deposit_RevertsForCollectorThatBringsLess() public {
        vm.expectRevert(IBatchSettlement.DepositCollectionFailed.selector);
        _settlement.deposit(_config, 10, address(_collector), abi.encode(1));
        address empty = address(new EmptyHandedCollector());
        vm.expectRevert(IBatchSettlement.DepositCollectionFailed.selector);
        _settlement.deposit(_config, 10, empty, "");
        _assertChannel(0, 0);
    }

    function test_Deposit_RevertsAsTheTokenDoes() public {
        ChannelConfig memory config = _config;
        config.payer = _stranger;
        vm.expectRevert(
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientAllowance.selector, address(_collector), 0, 1)
        );
        _deposit(config, 1);
    }

    function test_Deposit_RefusesReentry() public {
        bytes[4] memory calls = [
            abi.encodeCall(IBatchSettlement.deposit, (_config, 1, address(_collector), "")),
            abi.encodeCall(IBatchSettlement.settle, (_receiver, address(_token))),
            abi.encodeCall(IBatchSettlement.refund, (_config, 1)),
            abi.encodeCall(IBatchSettlement.claim, (_one(_claimOf(_config, 1, 1))))
        ];
        for (uint256 i; i < calls.length; ++i) {
            _token.arm(address(_settlement), calls[i]);
            _deposit(_config, 1);
            assertEq(_token.refusal(), ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);
        }
        _assertChannel(uint128(calls.length), 0);
    }

    function test_Deposit_CreatesTheChannelOnce() public {
        vm.expectEmit(address(_settlement));
        emit IBatchSettlement.ChannelCreated(_id, _config);
        vm.expectEmit(address(_settlement));
        emit IBatchSettlement.Deposited(_id, _stranger, DEPOSIT, DEPOSIT);
        vm.prank(_stranger);
        _deposit(_config, DEPOSIT);
        vm.recordLogs();
        _deposit(_config, 5);
        // The token's transfer, and the deposit.
        assertEq(vm.getRecordedLogs().length, 2);
        _assertChannel(DEPOSIT + 5, 0);
        assertEq(_token.balanceOf(address(_settlement)), DEPOSIT + 5);
    }

    function test_Deposit_CreatesNoChannelThatWasClaimedFrom() public {
        _deposit(_config, DEPOSIT);
        _claimed(DEPOSIT);
        _settlement.settle(_receiver, address(_token));
        vm.recordLogs();
        _deposit(_config, 5);
        assertEq(vm.getRecordedLogs().length, 2);
        _assertChannel(DEPOSIT + 5, DEPOSIT);
    }

    function testFuzz_Deposit_AddsUp(uint64[8] calldata amounts, uint8 which) public {
        ChannelConfig memory other = _config;
        other.salt = keccak256("other");
        uint256 sum;
        uint256 own;
        for (uint256 i; i < amounts.length; ++i) {
            uint128 amount = uint128(amounts[i] % 1e16) + 1;
            bool isOwn = (which >> i) & 1 == 0;
            _deposit(isOwn ? _config : other, amount);
            sum += amount;
            if (isOwn) own += amount;
        }
        _assertChannel(uint128(own), 0);
        assertEq(_token.balanceOf(address(_settlement)), sum);
    }
}
