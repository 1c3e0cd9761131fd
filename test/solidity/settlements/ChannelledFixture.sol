// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IBatchSettlement} from "../../../contracts/interfaces/IBatchSettlement.sol";
import {BatchSettlement} from "../../../contracts/payments/BatchSettlement.sol";
import {ChannelConfig, Voucher, VoucherClaim} from "../../../contracts/types/Channel.sol";
import {SettlementId} from "../../../contracts/types/Ids.sol";
import {Receipt as SignedReceipt} from "../../../contracts/types/Receipt.sol";
import {AllowanceCollector} from "../payments/ChannelsFixture.sol";
import {SparseTree} from "../support/SparseTree.sol";
import {SettlementFixture} from "./SettlementFixture.sol";

/// @notice A till whose receipts are of real payment channels, which its gateway claims from before it closes.
abstract contract ChannelledFixture is SettlementFixture {
    using SparseTree for SparseTree.Tree;

    uint256 internal constant PAYER_KEY = 0x9a7e4;
    uint128 internal constant DEPOSIT = 1e18;

    BatchSettlement internal channels;
    AllowanceCollector internal collector;
    address internal payer = vm.addr(PAYER_KEY);
    /// @dev Two channels of the till, in the order of their ids.
    ChannelConfig[2] internal configs;
    bytes32[2] internal ids;

    function setUp() public virtual override {
        super.setUp();
        collector = new AllowanceCollector();
        ChannelConfig memory first = configOf("one");
        ChannelConfig memory second = configOf("two");
        if (channels.getChannelId(first) > channels.getChannelId(second)) (first, second) = (second, first);
        (configs[0], configs[1]) = (first, second);
        (ids[0], ids[1]) = (channels.getChannelId(first), channels.getChannelId(second));
        _token.transfer(payer, 1e21);
        vm.prank(payer);
        _token.approve(address(collector), type(uint256).max);
        channels.deposit(configs[0], DEPOSIT, address(collector), "");
        channels.deposit(configs[1], DEPOSIT, address(collector), "");
    }

    function _channels() internal override returns (IBatchSettlement) {
        return channels = new BatchSettlement();
    }

    function configOf(bytes32 salt) internal view returns (ChannelConfig memory) {
        return ChannelConfig(payer, payer, address(_till), gateway, address(_token), 1 hours, salt);
    }

    /// @dev The gateway claims so much of a channel all in all, by the payer's voucher.
    function claim(ChannelConfig memory config, uint128 total) internal {
        bytes32 digest = channels.getVoucherDigest(channels.getChannelId(config), total);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(PAYER_KEY, digest);
        VoucherClaim[] memory rows = new VoucherClaim[](1);
        rows[0] = VoucherClaim(Voucher(config, total), abi.encodePacked(r, s, v), total);
        vm.prank(gateway);
        channels.claim(rows);
    }

    function claimBoth() internal {
        claim(configs[0], 100);
        claim(configs[1], 9_005);
    }

    /// @dev What `honest` settles, of the real channels.
    function charged() internal view returns (SignedReceipt[] memory receipts) {
        receipts = honest();
        for (uint256 i; i < COUNT; ++i) receipts[i].channelId = ids[i < 2 ? 0 : 1];
    }

    /// @dev Closes the till with what was claimed and swept into it.
    function settleClaimed(SparseTree.Tree memory tree, uint256 count) internal returns (SettlementId) {
        channels.settle(address(_till), address(_token));
        vm.prank(gateway);
        return _till.close(VERSION, tree.root(), uint32(count), 0);
    }
}
