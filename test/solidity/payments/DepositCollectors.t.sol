// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ERC3009} from "@openzeppelin/contracts/token/ERC20/extensions/draft-ERC3009.sol";
import {IPermit2} from "../../../contracts/interfaces/IPermit2.sol";
import {DepositCollector} from "../../../contracts/payments/DepositCollector.sol";
import {ERC3009DepositCollector} from "../../../contracts/payments/ERC3009DepositCollector.sol";
import {Permit2DepositCollector} from "../../../contracts/payments/Permit2DepositCollector.sol";
import {Permit2StandIn} from "../../../contracts/test/Permit2StandIn.sol";
import {OpenToken} from "../../../contracts/token/OpenToken.sol";
import {ChannelConfig} from "../../../contracts/types/Channel.sol";
import {ChannelsFixture} from "./ChannelsFixture.sol";

/// @notice A token whose permits fail in each of the ways in which calls fail.
contract FailingPermits {
    uint256 public way;

    error Custom();

    function set(uint256 way_) external {
        way = way_;
    }

    function transferFrom(address, address, uint256) external pure returns (bool) {
        return true;
    }

    function permit(address, address, uint256, uint256, uint8, bytes32, bytes32) external view {
        // A reason in words is one of the ways.
        // solhint-disable-next-line gas-custom-errors
        require(way != 0, "no permits");
        assert(way != 1);
        revert Custom();
    }
}

/// @notice Deposits by signature: each serves one channel, once, and only through the contract of channels.
contract DepositCollectorsTest is ChannelsFixture {
    OpenToken private _open;
    ERC3009DepositCollector private _by3009;
    Permit2DepositCollector private _byPermit2;
    Permit2StandIn private _permit2;
    ChannelConfig private _paid;
    bytes32 private _paidId;

    function setUp() public override {
        super.setUp();
        _open = new OpenToken(_payer);
        _permit2 = new Permit2StandIn();
        _by3009 = new ERC3009DepositCollector(address(_settlement));
        _byPermit2 = new Permit2DepositCollector(address(_settlement), address(_permit2));
        _paid = _config;
        _paid.token = address(_open);
        _paidId = _settlement.getChannelId(_paid);
    }

    function _openDigest(bytes32 structHash) private view returns (bytes32) {
        return keccak256(abi.encodePacked(hex"1901", _open.DOMAIN_SEPARATOR(), structHash));
    }

    function _authorization(bytes32 id, uint256 salt) private view returns (bytes memory) {
        bytes32 typehash = keccak256(
            "ReceiveWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)"
        );
        bytes32 nonce = keccak256(abi.encode(id, salt));
        bytes memory fields = abi.encode(typehash, _payer, address(_by3009), DEPOSIT, NOW - 1, NOW + 1, nonce);
        bytes memory signature = _signed(_payerKey, _openDigest(keccak256(fields)));
        return abi.encode(NOW - 1, NOW + 1, salt, signature);
    }

    function _permissionFor(
        address token,
        bytes32 id,
        uint256 nonce,
        bytes memory permit
    ) private view returns (bytes memory) {
        bytes32 digest = _permit2.digestOf(
            IPermit2.PermitTransferFrom(IPermit2.TokenPermissions(token, DEPOSIT), nonce, NOW),
            address(_byPermit2),
            keccak256(abi.encode(keccak256("DepositWitness(bytes32 channelId)"), id)),
            "DepositWitness witness)DepositWitness(bytes32 channelId)TokenPermissions(address token,uint256 amount)"
        );
        return abi.encode(nonce, NOW, _signed(_payerKey, digest), permit);
    }

    function _permission(bytes32 id, uint256 nonce, bytes memory permit) private view returns (bytes memory) {
        return _permissionFor(address(_open), id, nonce, permit);
    }

    function _tokenPermit(uint256 value, uint256 key) private view returns (bytes memory) {
        bytes32 typehash = keccak256(
            "Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"
        );
        bytes32 structHash = keccak256(abi.encode(typehash, _payer, address(_permit2), value, 0, NOW));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, _openDigest(structHash));
        return abi.encode(value, NOW, v, r, s);
    }

    function _assertDeposited(uint128 amount) private view {
        (uint128 balance, ) = _settlement.channels(_paidId);
        assertEq(balance, amount);
        assertEq(_open.balanceOf(address(_settlement)), amount);
        assertEq(_open.balanceOf(address(_by3009)) + _open.balanceOf(address(_byPermit2)), 0);
    }

    function test_Constructor_RevertsWithoutItsContracts() public {
        vm.expectRevert(DepositCollector.InvalidX402BatchSettlementAddress.selector);
        new ERC3009DepositCollector(address(0));
        vm.expectRevert(DepositCollector.InvalidX402BatchSettlementAddress.selector);
        new Permit2DepositCollector(address(0), address(_permit2));
        vm.expectRevert(Permit2DepositCollector.InvalidPermit2Address.selector);
        new Permit2DepositCollector(address(_settlement), address(0));
    }

    function test_Collect_RevertsForOthers() public {
        bytes memory authorization = _authorization(_paidId, 1);
        vm.expectRevert(DepositCollector.OnlyX402BatchSettlement.selector);
        _by3009.collect(_payer, address(_open), DEPOSIT, _paidId, authorization);
        bytes memory permission = _permission(_paidId, 1, "");
        vm.expectRevert(DepositCollector.OnlyX402BatchSettlement.selector);
        _byPermit2.collect(_payer, address(_open), DEPOSIT, _paidId, permission);
    }

    // --- ERC-3009 ---

    function test_Collect3009_TakesAnAuthorizationOnce() public {
        bytes memory authorization = _authorization(_paidId, 1);
        _settlement.deposit(_paid, DEPOSIT, address(_by3009), authorization);
        _assertDeposited(DEPOSIT);
        bytes32 nonce = keccak256(abi.encode(_paidId, uint256(1)));
        vm.expectRevert(abi.encodeWithSelector(ERC3009.ERC3009UsedAuthorization.selector, _payer, nonce));
        _settlement.deposit(_paid, DEPOSIT, address(_by3009), authorization);
    }

    function test_Collect3009_RevertsForAnotherChannelOrAmount() public {
        bytes memory authorization = _authorization(_paidId, 1);
        ChannelConfig memory thiefs = _paid;
        thiefs.receiver = _stranger;
        vm.expectRevert(ERC3009.ERC3009InvalidSignature.selector);
        _settlement.deposit(thiefs, DEPOSIT, address(_by3009), authorization);
        vm.expectRevert(ERC3009.ERC3009InvalidSignature.selector);
        _settlement.deposit(_paid, DEPOSIT + 1, address(_by3009), authorization);
    }

    function test_Collect3009_TakesASmartAccount() public {
        _paid.payer = address(_account);
        vm.prank(_payer);
        _open.transfer(address(_account), DEPOSIT);
        bytes32 typehash = keccak256(
            "ReceiveWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)"
        );
        bytes32 nonce = keccak256(abi.encode(_settlement.getChannelId(_paid), uint256(1)));
        bytes memory fields = abi.encode(typehash, address(_account), address(_by3009), DEPOSIT, 0, NOW + 1, nonce);
        bytes memory signature = _signed(_payerKey, _openDigest(keccak256(fields)));
        _settlement.deposit(_paid, DEPOSIT, address(_by3009), abi.encode(0, NOW + 1, 1, signature));
        assertEq(_open.balanceOf(address(_settlement)), DEPOSIT);
    }

    // --- Permit2 ---

    function test_CollectPermit2_TakesAPermissionOnce() public {
        vm.prank(_payer);
        _open.approve(address(_permit2), type(uint256).max);
        bytes memory permission = _permission(_paidId, 1, "");
        _settlement.deposit(_paid, DEPOSIT, address(_byPermit2), permission);
        _assertDeposited(DEPOSIT);
        vm.expectRevert(Permit2StandIn.InvalidNonce.selector);
        _settlement.deposit(_paid, DEPOSIT, address(_byPermit2), permission);
    }

    function test_CollectPermit2_RevertsForAnotherChannelOrAmount() public {
        vm.prank(_payer);
        _open.approve(address(_permit2), type(uint256).max);
        bytes memory permission = _permission(_paidId, 1, "");
        ChannelConfig memory thiefs = _paid;
        thiefs.receiver = _stranger;
        vm.expectRevert(Permit2StandIn.InvalidSigner.selector);
        _settlement.deposit(thiefs, DEPOSIT, address(_byPermit2), permission);
        vm.expectRevert(Permit2StandIn.InvalidSigner.selector);
        _settlement.deposit(_paid, DEPOSIT + 1, address(_byPermit2), permission);
    }

    function test_CollectPermit2_UsesTheTokensPermit() public {
        bytes memory permission = _permission(_paidId, 1, _tokenPermit(DEPOSIT, _payerKey));
        _settlement.deposit(_paid, DEPOSIT, address(_byPermit2), permission);
        _assertDeposited(DEPOSIT);
    }

    function test_CollectPermit2_RevertsForPermitOfAnotherAmount() public {
        bytes memory permission = _permission(_paidId, 1, _tokenPermit(DEPOSIT + 1, _payerKey));
        vm.expectRevert(Permit2DepositCollector.Permit2612AmountMismatch.selector);
        _settlement.deposit(_paid, DEPOSIT, address(_byPermit2), permission);
    }

    function test_CollectPermit2_GoesOnWithAPermitThatWasUsedBefore() public {
        bytes memory permit = _tokenPermit(DEPOSIT, _payerKey);
        (, , uint8 v, bytes32 r, bytes32 s) = abi.decode(permit, (uint256, uint256, uint8, bytes32, bytes32));
        vm.prank(_stranger);
        _open.permit(_payer, address(_permit2), DEPOSIT, NOW, v, r, s);
        _settlement.deposit(_paid, DEPOSIT, address(_byPermit2), _permission(_paidId, 1, permit));
        _assertDeposited(DEPOSIT);
    }

    function test_CollectPermit2_SaysHowAPermitFailed() public {
        FailingPermits token = new FailingPermits();
        bytes memory permit = _tokenPermit(DEPOSIT, _payerKey);
        bytes[3] memory data;
        for (uint256 k; k < 3; ++k) data[k] = _permissionFor(address(token), _paidId, k, permit);
        vm.startPrank(address(_settlement));
        vm.expectEmit(address(_byPermit2));
        emit Permit2DepositCollector.EIP2612PermitFailedWithReason(address(token), _payer, "no permits");
        _byPermit2.collect(_payer, address(token), DEPOSIT, _paidId, data[0]);
        token.set(1);
        vm.expectEmit(address(_byPermit2));
        emit Permit2DepositCollector.EIP2612PermitFailedWithPanic(address(token), _payer, 1);
        _byPermit2.collect(_payer, address(token), DEPOSIT, _paidId, data[1]);
        token.set(2);
        vm.expectEmit(address(_byPermit2));
        bytes memory custom = abi.encodePacked(FailingPermits.Custom.selector);
        emit Permit2DepositCollector.EIP2612PermitFailedWithData(address(token), _payer, custom);
        _byPermit2.collect(_payer, address(token), DEPOSIT, _paidId, data[2]);
    }
}
