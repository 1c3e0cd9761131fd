// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IBatchSettlement} from "../../../contracts/interfaces/IBatchSettlement.sol";
import {IDepositCollector} from "../../../contracts/interfaces/IDepositCollector.sol";
import {DepositCollector} from "../../../contracts/payments/DepositCollector.sol";
import {ERC3009DepositCollector} from "../../../contracts/payments/ERC3009DepositCollector.sol";
import {Permit2DepositCollector} from "../../../contracts/payments/Permit2DepositCollector.sol";
import {ChannelsFixture} from "../payments/ChannelsFixture.sol";

/// @notice Every function of payment channels that only a party may call, called by everybody else, and then by who may.
contract ChannelRolesTest is ChannelsFixture {
    address[6] private _callers;

    function setUp() public override {
        super.setUp();
        (address third, ) = makeAddrAndKey("the payer's key");
        _config.payerAuthorizer = third;
        _id = _settlement.getChannelId(_config);
        _deposit(_config, DEPOSIT);
        _callers = [_payer, third, _receiver, _authorizer, address(_settlement), _stranger];
    }

    /// @dev The call succeeds for two callers and is refused to the others with `selector`; nothing that it does is kept.
    function _only(address one, address other, bytes memory call, bytes4 selector) private {
        for (uint256 i; i < _callers.length; ++i) {
            address caller = _callers[i];
            uint256 state = vm.snapshotState();
            vm.prank(caller);
            if (caller != one && caller != other) vm.expectRevert(selector);
            // Any function is called from its bytes.
            // solhint-disable-next-line avoid-low-level-calls
            (bool success, ) = address(_settlement).call(call);
            assertTrue(success);
            vm.revertToState(state);
        }
    }

    function test_PayersSide() public {
        address key = _config.payerAuthorizer;
        bytes memory call = abi.encodeCall(IBatchSettlement.initiateWithdraw, (_config, 1));
        _only(_payer, key, call, IBatchSettlement.InvalidChannel.selector);
        vm.prank(_payer);
        _settlement.initiateWithdraw(_config, 1);
        vm.warp(NOW + DELAY);
        call = abi.encodeCall(IBatchSettlement.finalizeWithdraw, (_config));
        _only(_payer, key, call, IBatchSettlement.NotAuthorizedToFinalizeWithdraw.selector);
    }

    function test_ReceiversSide() public {
        // A row that claims nothing passes without a voucher.
        bytes memory call = abi.encodeCall(IBatchSettlement.claim, (_one(_claimOf(_config, 0, 0))));
        _only(_receiver, _authorizer, call, IBatchSettlement.NotAuthorizedToClaim.selector);
        call = abi.encodeCall(IBatchSettlement.refund, (_config, 1));
        _only(_receiver, _authorizer, call, IBatchSettlement.NotAuthorizedToRefund.selector);
    }

    function test_Collectors() public {
        IDepositCollector[2] memory collectors = [
            IDepositCollector(new ERC3009DepositCollector(address(_settlement))),
            new Permit2DepositCollector(address(_settlement), _stranger)
        ];
        for (uint256 i; i < collectors.length; ++i) {
            for (uint256 k; k < _callers.length; ++k) {
                vm.prank(_callers[k]);
                // The contract of channels gets as far as the consent, of which there is none.
                if (_callers[k] == address(_settlement)) vm.expectRevert(bytes(""));
                else vm.expectRevert(DepositCollector.OnlyX402BatchSettlement.selector);
                collectors[i].collect(_payer, address(_token), 1, _id, "");
            }
        }
    }
}
