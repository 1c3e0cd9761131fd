// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {IBatchSettlement} from "../../../contracts/interfaces/IBatchSettlement.sol";
import {BatchSettlement} from "../../../contracts/payments/BatchSettlement.sol";
import {ChannelConfig, VoucherClaim} from "../../../contracts/types/Channel.sol";
import {ChannelsFixture} from "./ChannelsFixture.sol";

/// @notice What is claimed by vouchers: no more than was signed by the right key for this channel, contract and chain, and each unit once.
contract BatchSettlementClaimTest is ChannelsFixture {
    function setUp() public override {
        super.setUp();
        _deposit(_config, DEPOSIT);
    }

    function _refuses(bytes4 selector, VoucherClaim memory row) private {
        vm.prank(_receiver);
        vm.expectRevert(selector);
        _settlement.claim(_one(row));
        VoucherClaim[] memory rows = _one(row);
        bytes memory signature = _signed(_authorizerKey, _batchDigest(rows));
        vm.expectRevert(selector);
        _settlement.claimWithSignature(rows, signature);
    }

    function test_Claim_RevertsWithoutRows() public {
        vm.expectRevert(IBatchSettlement.EmptyBatch.selector);
        _settlement.claim(new VoucherClaim[](0));
    }

    function test_Claim_RevertsForOthers() public {
        VoucherClaim[] memory rows = _one(_claimOf(_config, 10, 10));
        address[2] memory others = [_stranger, _payer];
        for (uint256 i; i < 2; ++i) {
            vm.prank(others[i]);
            vm.expectRevert(IBatchSettlement.NotAuthorizedToClaim.selector);
            _settlement.claim(rows);
        }
    }

    function test_Claim_RevertsForOneRowOfAnotherReceiver() public {
        ChannelConfig memory foreign = _config;
        (foreign.receiver, foreign.receiverAuthorizer) = (_stranger, _stranger);
        _deposit(foreign, DEPOSIT);
        VoucherClaim[] memory rows = new VoucherClaim[](2);
        rows[0] = _claimOf(_config, 10, 10);
        rows[1] = _claimOf(foreign, 10, 10);
        vm.prank(_receiver);
        vm.expectRevert(IBatchSettlement.NotAuthorizedToClaim.selector);
        _settlement.claim(rows);
        _assertChannel(DEPOSIT, 0);
    }

    function test_Claim_RevertsAboveTheCeiling() public {
        _refuses(IBatchSettlement.ClaimExceedsCeiling.selector, _claimOf(_config, 10, 11));
    }

    function test_Claim_RevertsAboveTheBalance() public {
        uint128 beyond = DEPOSIT + 1;
        _refuses(IBatchSettlement.ClaimExceedsBalance.selector, _claimOf(_config, beyond, beyond));
    }

    function test_Claim_RevertsForAnotherSigner() public {
        VoucherClaim memory row = _claimOf(_config, 10, 10);
        row.signature = _signed(_authorizerKey, _voucher(_id, 10));
        _refuses(IBatchSettlement.InvalidSignature.selector, row);
        // The payer, where the channel names another key.
        ChannelConfig memory named = _config;
        named.payerAuthorizer = _stranger;
        _deposit(named, DEPOSIT);
        _refuses(IBatchSettlement.InvalidSignature.selector, _claimOf(named, 10, 10));
    }

    function test_Claim_RevertsForMalformedSignature() public {
        VoucherClaim memory row = _claimOf(_config, 10, 10);
        row.signature = hex"00";
        vm.prank(_receiver);
        vm.expectRevert(abi.encodeWithSelector(ECDSA.ECDSAInvalidSignatureLength.selector, 1));
        _settlement.claim(_one(row));
    }

    function test_Claim_RevertsForAnotherCeilingThanSigned() public {
        VoucherClaim memory row = _claimOf(_config, 10, 10);
        (row.voucher.maxClaimableAmount, row.totalClaimed) = (11, 11);
        _refuses(IBatchSettlement.InvalidSignature.selector, row);
    }

    function test_Claim_RevertsForVoucherOfAnotherChannel() public {
        ChannelConfig memory other = _config;
        other.salt = keccak256("other");
        VoucherClaim memory row = _claimOf(other, 10, 10);
        row.voucher.channel = _config;
        _refuses(IBatchSettlement.InvalidSignature.selector, row);
    }

    function test_Claim_RevertsForAnotherChainOrContract() public {
        VoucherClaim memory row = _claimOf(_config, 10, 10);
        address other = address(new BatchSettlement());
        bytes32[3] memory digests = [
            _digestAt(other, block.chainid, _voucherHash(_id, 10)),
            _digestAt(address(_settlement), block.chainid + 1, _voucherHash(_id, 10)),
            _digestAt(other, block.chainid, _voucherHash(_idOf(_config, other, block.chainid), 10))
        ];
        for (uint256 i; i < digests.length; ++i) {
            row.signature = _signed(_payerKey, digests[i]);
            _refuses(IBatchSettlement.InvalidSignature.selector, row);
        }
        // After a fork the channel itself is another one.
        vm.chainId(block.chainid + 1);
        vm.prank(_receiver);
        vm.expectRevert(IBatchSettlement.ClaimExceedsBalance.selector);
        _settlement.claim(_one(row));
    }

    function test_Claim_RevertsForAccountsOwnSignatureWhereAKeyIsNamed() public {
        ChannelConfig memory config = _config;
        (config.payer, config.payerAuthorizer) = (address(_account), address(_account));
        _deposit(config, DEPOSIT);
        _refuses(IBatchSettlement.InvalidSignature.selector, _claimOf(config, 10, 10));
    }

    function test_Claim_BooksWithoutPaying() public {
        vm.expectEmit(address(_settlement));
        emit IBatchSettlement.Claimed(_id, _receiver, 300, 300);
        _claimed(300);
        _assertChannel(DEPOSIT, 300);
        (uint128 claimed, uint128 settled) = _settlement.receivers(_receiver, address(_token));
        assertEq(claimed, 300);
        assertEq(settled, 0);
        assertEq(_token.balanceOf(_receiver), 0);
    }

    function test_Claim_TakesTheAuthorizer() public {
        VoucherClaim[] memory rows = _one(_claimOf(_config, 300, 200));
        vm.prank(_authorizer);
        _settlement.claim(rows);
        _assertChannel(DEPOSIT, 200);
    }

    function test_Claim_ChangesNothingForReplayedOrStaleRow() public {
        _claimed(300);
        VoucherClaim memory stale = _claimOf(_config, 200, 200);
        vm.recordLogs();
        _claimed(300);
        vm.prank(_receiver);
        _settlement.claim(_one(stale));
        assertEq(vm.getRecordedLogs().length, 0);
        _assertChannel(DEPOSIT, 300);
    }

    function test_Claim_TakesVouchersOfASmartAccount() public {
        ChannelConfig memory config = _config;
        (config.payer, config.payerAuthorizer) = (address(_account), address(0));
        _deposit(config, DEPOSIT);
        VoucherClaim memory row = _claimOf(config, 10, 10);
        vm.prank(_receiver);
        _settlement.claim(_one(row));
        (, uint128 claimed) = _settlement.channels(_settlement.getChannelId(config));
        assertEq(claimed, 10);
        row = _claimOf(config, 20, 20);
        row.signature = _signed(_authorizerKey, _voucher(_settlement.getChannelId(config), 20));
        _refuses(IBatchSettlement.InvalidSignature.selector, row);
    }

    function test_Claim_TakesTheKeyOfAPayerThatNamesNone() public {
        ChannelConfig memory config = _config;
        config.payerAuthorizer = address(0);
        _deposit(config, DEPOSIT);
        VoucherClaim[] memory rows = _one(_claimOf(config, 10, 10));
        vm.prank(_receiver);
        _settlement.claim(rows);
        (, uint128 claimed) = _settlement.channels(_settlement.getChannelId(config));
        assertEq(claimed, 10);
    }

    function testFuzz_Claim_NeverFallsNorPassesWhatWasSigned(
        uint128[6] calldata ceilings,
        uint128[6] calldata totals
    ) public {
        uint128 highest;
        for (uint256 i; i < ceilings.length; ++i) {
            uint128 most = uint128(bound(ceilings[i], 0, 2 * DEPOSIT));
            uint128 total = uint128(bound(totals[i], 0, 2 * DEPOSIT));
            VoucherClaim[] memory rows = _one(_claimOf(_config, most, total));
            bool isTaken = total <= highest || (total <= most && total <= DEPOSIT);
            vm.prank(_receiver);
            if (!isTaken) vm.expectRevert();
            _settlement.claim(rows);
            if (isTaken && total > highest) highest = total;
            _assertChannel(DEPOSIT, highest);
        }
    }

    // --- batches that the authorizer signed ---

    function _two() private returns (VoucherClaim[] memory rows, bytes32 otherId) {
        ChannelConfig memory other = _config;
        other.salt = keccak256("other");
        _deposit(other, DEPOSIT);
        rows = new VoucherClaim[](2);
        rows[0] = _claimOf(_config, 100, 60);
        rows[1] = _claimOf(other, 50, 50);
        otherId = _settlement.getChannelId(other);
    }

    function test_ClaimWithSignature_RevertsWithoutRows() public {
        vm.expectRevert(IBatchSettlement.EmptyBatch.selector);
        _settlement.claimWithSignature(new VoucherClaim[](0), "");
    }

    function test_ClaimWithSignature_RevertsForAnotherSignerOrBatch() public {
        (VoucherClaim[] memory rows, ) = _two();
        bytes memory byPayer = _signed(_payerKey, _batchDigest(rows));
        vm.expectRevert(IBatchSettlement.InvalidSignature.selector);
        _settlement.claimWithSignature(rows, byPayer);
        bytes memory signature = _signed(_authorizerKey, _batchDigest(rows));
        rows[0].totalClaimed = 61;
        vm.expectRevert(IBatchSettlement.InvalidSignature.selector);
        _settlement.claimWithSignature(rows, signature);
        (rows[0], rows[1]) = (rows[1], rows[0]);
        vm.expectRevert(IBatchSettlement.InvalidSignature.selector);
        _settlement.claimWithSignature(rows, signature);
    }

    function test_ClaimWithSignature_RevertsForRowOfAnotherAuthorizer() public {
        (VoucherClaim[] memory rows, ) = _two();
        rows[1].voucher.channel.receiverAuthorizer = _stranger;
        bytes memory signature = _signed(_authorizerKey, _batchDigest(rows));
        vm.expectRevert(IBatchSettlement.NotReceiverAuthorizer.selector);
        _settlement.claimWithSignature(rows, signature);
    }

    function test_ClaimWithSignature_ClaimsEveryRowForAnybody() public {
        (VoucherClaim[] memory rows, bytes32 otherId) = _two();
        bytes memory signature = _signed(_authorizerKey, _batchDigest(rows));
        vm.prank(_stranger);
        _settlement.claimWithSignature(rows, signature);
        _assertChannel(DEPOSIT, 60);
        (, uint128 other) = _settlement.channels(otherId);
        assertEq(other, 50);
        (uint128 claimed, ) = _settlement.receivers(_receiver, address(_token));
        assertEq(claimed, 110);
        // Replayed, it changes nothing.
        _settlement.claimWithSignature(rows, signature);
        (claimed, ) = _settlement.receivers(_receiver, address(_token));
        assertEq(claimed, 110);
    }
}
