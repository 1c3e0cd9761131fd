// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Test} from "forge-std/Test.sol";
import {BatchSettlement} from "../../../contracts/payments/BatchSettlement.sol";
import {ChannelConfig, Voucher, VoucherClaim} from "../../../contracts/types/Channel.sol";
import {PlainToken} from "../support/Tokens.sol";
import {AllowanceCollector} from "./ChannelsFixture.sol";

/// @notice Uses a few channels at random, as their parties and as strangers, and keeps books of its own.
abstract contract ChannelsWorld is Test {
    uint256 public constant CHANNELS = 4;
    uint40 private constant DELAY = 1 hours;

    BatchSettlement public immutable settlement = new BatchSettlement();
    PlainToken public immutable token = new PlainToken();
    AllowanceCollector private immutable _collector = new AllowanceCollector();

    address[2] public payers;
    address[2] public receivers;
    uint256[2] private _keys;
    ChannelConfig[CHANNELS] private _configs;
    bytes32[CHANNELS] public ids;

    /// @dev By channel: what went in, what went back, the highest voucher.
    uint256[CHANNELS] public deposited;
    uint256[CHANNELS] public paidBack;
    uint128[CHANNELS] public signed;
    /// @dev By channel: the highest total seen, and the second and free amount of the pending withdrawal.
    uint128[CHANNELS] public claimed;
    uint256[CHANNELS] private _announcedAt;
    uint256[CHANNELS] private _leastFree;
    bool public hasFallen;
    bool public wasTakenWithoutNotice;
    uint256 public withdrawals;
    uint256 public claims;

    constructor() {
        vm.warp(1_700_000_000);
        for (uint256 i; i < 2; ++i) {
            (payers[i], _keys[i]) = makeAddrAndKey(i == 0 ? "first payer" : "second payer");
            receivers[i] = makeAddr(i == 0 ? "first receiver" : "second receiver");
        }
        for (uint256 i; i < CHANNELS; ++i) {
            (address payer, address receiver) = (payers[i & 1], receivers[i >> 1]);
            _configs[i] = ChannelConfig(payer, payer, receiver, receiver, address(token), DELAY, bytes32(i));
            ids[i] = settlement.getChannelId(_configs[i]);
        }
        for (uint256 i; i < 2; ++i) {
            token.transfer(payers[i], 1e24);
            vm.prank(payers[i]);
            token.approve(address(_collector), type(uint256).max);
        }
    }

    function deposit(uint256 which, uint128 amount) external {
        uint256 i = which % CHANNELS;
        amount = uint128(_bound(amount, 1, 1_000));
        settlement.deposit(_configs[i], amount, address(_collector), "");
        deposited[i] += amount;
    }

    /// @notice Signs a voucher, and claims a part of it, or all.
    function claim(uint256 which, uint128 most, uint128 total, bool byStranger) external {
        uint256 i = which % CHANNELS;
        most = uint128(_bound(most, 0, 5_000));
        total = uint128(_bound(total, 0, most));
        bytes32 digest = settlement.getVoucherDigest(ids[i], most);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(_keys[i & 1], digest);
        if (most > signed[i]) signed[i] = most;
        VoucherClaim[] memory rows = new VoucherClaim[](1);
        rows[0] = VoucherClaim(Voucher(_configs[i], most), abi.encodePacked(r, s, v), total);
        vm.prank(byStranger ? payers[0] : _configs[i].receiver);
        try settlement.claim(rows) {
            ++claims;
        } catch {
            return;
        }
        _see(i);
    }

    function settle(uint256 which) external {
        settlement.settle(receivers[which & 1], address(token));
    }

    function refund(uint256 which, uint128 amount, bool byStranger) external {
        uint256 i = which % CHANNELS;
        uint256 before = token.balanceOf(_configs[i].payer);
        vm.prank(byStranger ? payers[i & 1] : _configs[i].receiver);
        try settlement.refund(_configs[i], uint128(_bound(amount, 0, 2_000))) {} catch {
            return;
        }
        paidBack[i] += token.balanceOf(_configs[i].payer) - before;
        _see(i);
    }

    function initiateWithdraw(uint256 which, uint128 amount) external {
        uint256 i = which % CHANNELS;
        vm.prank(_configs[i].payer);
        try settlement.initiateWithdraw(_configs[i], uint128(_bound(amount, 0, 2_000))) {} catch {
            return;
        }
        _announcedAt[i] = block.timestamp;
        _leastFree[i] = _free(i);
    }

    function finalizeWithdraw(uint256 which) external {
        uint256 i = which % CHANNELS;
        uint256 before = token.balanceOf(_configs[i].payer);
        vm.prank(_configs[i].payer);
        try settlement.finalizeWithdraw(_configs[i]) {} catch {
            return;
        }
        uint256 taken = token.balanceOf(_configs[i].payer) - before;
        if (taken > _leastFree[i] || block.timestamp < _announcedAt[i] + DELAY) wasTakenWithoutNotice = true;
        paidBack[i] += taken;
        ++withdrawals;
    }

    function pass(uint16 time) external {
        vm.warp(block.timestamp + (time % (2 * DELAY)));
    }

    /// @dev Looks at a channel after what may have changed it.
    function _see(uint256 i) private {
        (, uint128 total) = settlement.channels(ids[i]);
        if (total < claimed[i]) hasFallen = true;
        claimed[i] = total;
        uint256 free = _free(i);
        if (free < _leastFree[i]) _leastFree[i] = free;
    }

    function _free(uint256 i) private view returns (uint256) {
        (uint128 balance, uint128 total) = settlement.channels(ids[i]);
        return balance - total;
    }
}
