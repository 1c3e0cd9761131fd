// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IBatchSettlement} from "../../../contracts/interfaces/IBatchSettlement.sol";
import {BatchSettlement} from "../../../contracts/payments/BatchSettlement.sol";
import {ChannelConfig, VoucherClaim} from "../../../contracts/types/Channel.sol";
import {TrickyToken} from "../support/TrickyToken.sol";
import {ChannelsFixture} from "./ChannelsFixture.sol";

/// @notice Paying receivers, and what is signed.
contract BatchSettlementTest is ChannelsFixture {
    function test_Settle_DoesNothingWithNothingToPay() public {
        vm.recordLogs();
        _settlement.settle(_receiver, address(_token));
        assertEq(vm.getRecordedLogs().length, 0);
    }

    function test_Settle_PaysWhatWasClaimedOnce() public {
        ChannelConfig memory other = _config;
        other.salt = keccak256("other");
        _deposit(_config, DEPOSIT);
        _deposit(other, DEPOSIT);
        _claimed(300);
        VoucherClaim[] memory rows = _one(_claimOf(other, 50, 50));
        vm.prank(_receiver);
        _settlement.claim(rows);
        vm.expectEmit(address(_settlement));
        emit IBatchSettlement.Settled(_receiver, address(_token), _stranger, 350);
        vm.prank(_stranger);
        _settlement.settle(_receiver, address(_token));
        assertEq(_token.balanceOf(_receiver), 350);
        _settlement.settle(_receiver, address(_token));
        assertEq(_token.balanceOf(_receiver), 350);
        (uint128 claimed, uint128 settled) = _settlement.receivers(_receiver, address(_token));
        assertEq(claimed, 350);
        assertEq(settled, 350);
    }

    function test_Settle_RevertsWhileTheReceiverCannotBePaid() public {
        _deposit(_config, DEPOSIT);
        _claimed(300);
        _token.refuse(_receiver, true);
        vm.expectRevert(abi.encodeWithSelector(TrickyToken.Refused.selector, _receiver));
        _settlement.settle(_receiver, address(_token));
        _token.refuse(_receiver, false);
        _settlement.settle(_receiver, address(_token));
        assertEq(_token.balanceOf(_receiver), 300);
    }

    function test_Settle_RefusesReentry() public {
        _deposit(_config, DEPOSIT);
        _claimed(300);
        _token.arm(address(_settlement), abi.encodeCall(IBatchSettlement.settle, (_receiver, address(_token))));
        _settlement.settle(_receiver, address(_token));
        assertEq(_token.refusal(), ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);
        assertEq(_token.balanceOf(_receiver), 300);
    }

    function test_Multicall_ClaimsAndPaysInOne() public {
        _deposit(_config, DEPOSIT);
        bytes[] memory calls = new bytes[](2);
        calls[0] = abi.encodeCall(IBatchSettlement.claim, (_one(_claimOf(_config, 300, 300))));
        calls[1] = abi.encodeCall(IBatchSettlement.settle, (_receiver, address(_token)));
        vm.prank(_receiver);
        _settlement.multicall(calls);
        assertEq(_token.balanceOf(_receiver), 300);
    }

    function test_Multicall_GivesNobodyMoreRights() public {
        _deposit(_config, DEPOSIT);
        bytes[] memory calls = new bytes[](1);
        calls[0] = abi.encodeCall(IBatchSettlement.refund, (_config, 1));
        vm.prank(_stranger);
        vm.expectRevert(IBatchSettlement.NotAuthorizedToRefund.selector);
        _settlement.multicall(calls);
    }

    function testFuzz_GetChannelId_IsTheDigestOfTheConfiguration(ChannelConfig memory config, uint32 chainId) public {
        vm.chainId(uint256(chainId) + 1);
        assertEq(_settlement.getChannelId(config), _idOf(config, address(_settlement), uint256(chainId) + 1));
        assertNotEq(_settlement.getChannelId(config), new BatchSettlement().getChannelId(config));
    }

    function testFuzz_GetVoucherDigest_IsWhatThePayerSigns(bytes32 id, uint128 most) public view {
        assertEq(_settlement.getVoucherDigest(id, most), _voucher(id, most));
    }

    function testFuzz_GetRefundDigest_IsWhatTheAuthorizerSigns(bytes32 id, uint256 nonce, uint128 amount) public view {
        assertEq(_settlement.getRefundDigest(id, nonce, amount), _refundDigest(id, nonce, amount));
    }

    function testFuzz_GetClaimBatchDigest_IsWhatTheAuthorizerSigns(VoucherClaim[] memory rows) public view {
        assertEq(_settlement.getClaimBatchDigest(rows), _batchDigest(rows));
    }
}
