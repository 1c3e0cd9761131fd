// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IBatchSettlement} from "../../../contracts/interfaces/IBatchSettlement.sol";
import {ChannelsFixture} from "./ChannelsFixture.sol";

/// @notice What receivers give back: to the payer only, never what was claimed, each signature once.
contract BatchSettlementRefundTest is ChannelsFixture {
    function setUp() public override {
        super.setUp();
        _deposit(_config, DEPOSIT);
    }

    function _refund(uint128 amount) private {
        vm.prank(_receiver);
        _settlement.refund(_config, amount);
    }

    function test_Refund_RevertsForOthers() public {
        vm.prank(_payer);
        vm.expectRevert(IBatchSettlement.NotAuthorizedToRefund.selector);
        _settlement.refund(_config, 1);
    }

    function test_Refund_RevertsForNothing() public {
        vm.expectRevert(IBatchSettlement.ZeroRefund.selector);
        _refund(0);
    }

    function test_Refund_RefusesReentry() public {
        _token.arm(address(_settlement), abi.encodeCall(IBatchSettlement.refund, (_config, 1)));
        _refund(1);
        assertEq(_token.refusal(), ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);
        assertEq(_settlement.refundNonce(_id), 1);
    }

    function test_Refund_PaysThePayer() public {
        uint256 before = _token.balanceOf(_payer);
        vm.expectEmit(address(_settlement));
        emit IBatchSettlement.Refunded(_id, _receiver, 400);
        _refund(400);
        assertEq(_token.balanceOf(_payer), before + 400);
        _assertChannel(DEPOSIT - 400, 0);
        vm.prank(_authorizer);
        _settlement.refund(_config, 1);
        _assertChannel(DEPOSIT - 401, 0);
        assertEq(_settlement.refundNonce(_id), 2);
    }

    function test_Refund_GivesBackWhatIsFree() public {
        _claimed(300);
        uint256 before = _token.balanceOf(_payer);
        _refund(type(uint128).max);
        assertEq(_token.balanceOf(_payer), before + DEPOSIT - 300);
        _assertChannel(300, 300);
    }

    function test_Refund_UsesTheNonceUpWithNothingToGive() public {
        _claimed(DEPOSIT);
        vm.recordLogs();
        _refund(1);
        assertEq(vm.getRecordedLogs().length, 0);
        assertEq(_settlement.refundNonce(_id), 1);
    }

    function test_Refund_ClosesAnEmptyChannel() public {
        vm.expectEmit(address(_settlement));
        emit IBatchSettlement.ChannelClosed(_id, _config);
        _refund(DEPOSIT);
    }

    function test_Refund_CountsAgainstAnAnnouncedWithdrawal() public {
        vm.prank(_payer);
        _settlement.initiateWithdraw(_config, 400);
        _refund(100);
        _assertPending(300, NOW);
        _refund(300);
        _assertPending(0, 0);
    }

    // --- refunds that the authorizer signed ---

    function test_RefundWithSignature_RevertsForAnotherNonce() public {
        bytes memory signature = _signed(_authorizerKey, _refundDigest(_id, 1, 10));
        vm.expectRevert(IBatchSettlement.InvalidRefundNonce.selector);
        _settlement.refundWithSignature(_config, 10, 1, signature);
    }

    function test_RefundWithSignature_RevertsForAnotherSignerAmountOrChannel() public {
        bytes[3] memory signatures = [
            _signed(_payerKey, _refundDigest(_id, 0, 10)),
            _signed(_authorizerKey, _refundDigest(_id, 0, 11)),
            _signed(_authorizerKey, _refundDigest(keccak256("other"), 0, 10))
        ];
        for (uint256 i; i < signatures.length; ++i) {
            vm.expectRevert(IBatchSettlement.InvalidSignature.selector);
            _settlement.refundWithSignature(_config, 10, 0, signatures[i]);
        }
    }

    function test_RefundWithSignature_RevertsForNothing() public {
        bytes memory signature = _signed(_authorizerKey, _refundDigest(_id, 0, 0));
        vm.expectRevert(IBatchSettlement.ZeroRefund.selector);
        _settlement.refundWithSignature(_config, 0, 0, signature);
    }

    function test_RefundWithSignature_PaysThePayerOnce() public {
        bytes memory signature = _signed(_authorizerKey, _refundDigest(_id, 0, 10));
        vm.prank(_stranger);
        _settlement.refundWithSignature(_config, 10, 0, signature);
        _assertChannel(DEPOSIT - 10, 0);
        vm.expectRevert(IBatchSettlement.InvalidRefundNonce.selector);
        _settlement.refundWithSignature(_config, 10, 0, signature);
    }

    function test_RefundWithSignature_RevertsAfterARefundByCall() public {
        bytes memory signature = _signed(_authorizerKey, _refundDigest(_id, 0, 10));
        _refund(1);
        vm.expectRevert(IBatchSettlement.InvalidRefundNonce.selector);
        _settlement.refundWithSignature(_config, 10, 0, signature);
    }
}
