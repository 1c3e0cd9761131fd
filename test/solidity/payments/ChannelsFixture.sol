// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Test} from "forge-std/Test.sol";
import {IDepositCollector} from "../../../contracts/interfaces/IDepositCollector.sol";
import {BatchSettlement} from "../../../contracts/payments/BatchSettlement.sol";
import {SmartAccount} from "../../../contracts/test/SmartAccount.sol";
import {ChannelConfig, Voucher, VoucherClaim} from "../../../contracts/types/Channel.sol";
import {TrickyToken} from "../support/TrickyToken.sol";

/// @notice Collects by allowance, and a part of what it should if it is told so.
contract AllowanceCollector is IDepositCollector {
    function collect(address payer, address token, uint256 amount, bytes32, bytes calldata data) external {
        uint256 less = data.length == 0 ? 0 : abi.decode(data, (uint256));
        IERC20(token).transferFrom(payer, msg.sender, amount - less);
    }
}

/// @notice Payment channels with a payer, a receiver, and keys for both sides; digests are computed here, apart from the contract's code.
abstract contract ChannelsFixture is Test {
    bytes32 internal constant DOMAIN_TYPEHASH = keccak256(
        "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
    );
    uint256 internal constant NOW = 1_700_000_000;
    uint40 internal constant DELAY = 1 hours;
    uint128 internal constant DEPOSIT = 1_000;

    BatchSettlement internal _settlement;
    AllowanceCollector internal _collector;
    TrickyToken internal _token;
    SmartAccount internal _account;
    address internal _payer;
    uint256 internal _payerKey;
    address internal _authorizer;
    uint256 internal _authorizerKey;
    address internal _receiver = makeAddr("receiver");
    address internal _stranger = makeAddr("stranger");
    ChannelConfig internal _config;
    bytes32 internal _id;

    function setUp() public virtual {
        vm.warp(NOW);
        (_payer, _payerKey) = makeAddrAndKey("payer");
        (_authorizer, _authorizerKey) = makeAddrAndKey("authorizer");
        _settlement = new BatchSettlement();
        _collector = new AllowanceCollector();
        _token = new TrickyToken();
        _account = new SmartAccount(_payer);
        _fund(_payer);
        _fund(address(_account));
        _config = ChannelConfig(_payer, _payer, _receiver, _authorizer, address(_token), DELAY, keccak256("salt"));
        _id = _idOf(_config, address(_settlement), block.chainid);
    }

    function _fund(address payer) internal {
        _token.transfer(payer, 1e18);
        vm.prank(payer);
        _token.approve(address(_collector), type(uint256).max);
    }

    function _deposit(ChannelConfig memory config, uint128 amount) internal {
        _settlement.deposit(config, amount, address(_collector), "");
    }

    function _claimOf(
        ChannelConfig memory config,
        uint128 most,
        uint128 total
    ) internal view returns (VoucherClaim memory) {
        bytes32 id = _idOf(config, address(_settlement), block.chainid);
        return VoucherClaim(Voucher(config, most), _signed(_payerKey, _voucher(id, most)), total);
    }

    function _claimed(uint128 total) internal {
        vm.prank(_receiver);
        _settlement.claim(_one(_claimOf(_config, total, total)));
    }

    function _one(VoucherClaim memory row) internal pure returns (VoucherClaim[] memory rows) {
        rows = new VoucherClaim[](1);
        rows[0] = row;
    }

    function _assertChannel(uint128 balance, uint128 claimed) internal view {
        (uint128 foundBalance, uint128 foundClaimed) = _settlement.channels(_id);
        assertEq(foundBalance, balance);
        assertEq(foundClaimed, claimed);
    }

    function _assertPending(uint128 amount, uint256 initiatedAt) internal view {
        (uint128 found, uint40 since) = _settlement.pendingWithdrawals(_id);
        assertEq(found, amount);
        assertEq(since, initiatedAt);
    }

    function _digest(bytes32 structHash) internal view returns (bytes32) {
        return _digestAt(address(_settlement), block.chainid, structHash);
    }

    function _digestAt(address verifier, uint256 chainId, bytes32 structHash) internal pure returns (bytes32) {
        bytes32 domain = keccak256(
            abi.encode(DOMAIN_TYPEHASH, keccak256("x402 Batch Settlement"), keccak256("1"), chainId, verifier)
        );
        return keccak256(abi.encodePacked(hex"1901", domain, structHash));
    }

    function _idOf(ChannelConfig memory c, address verifier, uint256 chainId) internal pure returns (bytes32) {
        bytes32 typehash = keccak256(
            "ChannelConfig(address payer,address payerAuthorizer,address receiver,address receiverAuthorizer,address token,uint40 withdrawDelay,bytes32 salt)"
        );
        bytes memory fields = abi.encode(
            typehash,
            c.payer,
            c.payerAuthorizer,
            c.receiver,
            c.receiverAuthorizer,
            c.token,
            c.withdrawDelay,
            c.salt
        );
        return _digestAt(verifier, chainId, keccak256(fields));
    }

    function _voucherHash(bytes32 id, uint128 most) internal pure returns (bytes32) {
        return keccak256(abi.encode(keccak256("Voucher(bytes32 channelId,uint128 maxClaimableAmount)"), id, most));
    }

    function _voucher(bytes32 id, uint128 most) internal view returns (bytes32) {
        return _digest(_voucherHash(id, most));
    }

    function _refundDigest(bytes32 id, uint256 nonce, uint128 amount) internal view returns (bytes32) {
        bytes32 typehash = keccak256("Refund(bytes32 channelId,uint256 nonce,uint128 amount)");
        return _digest(keccak256(abi.encode(typehash, id, nonce, amount)));
    }

    function _batchDigest(VoucherClaim[] memory rows) internal view returns (bytes32) {
        string memory entry = "ClaimEntry(bytes32 channelId,uint128 maxClaimableAmount,uint128 totalClaimed)";
        bytes memory hashes;
        for (uint256 i; i < rows.length; ++i) {
            Voucher memory voucher = rows[i].voucher;
            bytes32 id = _idOf(voucher.channel, address(_settlement), block.chainid);
            bytes memory fields = abi.encode(
                keccak256(bytes(entry)),
                id,
                voucher.maxClaimableAmount,
                rows[i].totalClaimed
            );
            hashes = abi.encodePacked(hashes, keccak256(fields));
        }
        bytes32 typehash = keccak256(abi.encodePacked("ClaimBatch(ClaimEntry[] claims)", entry));
        return _digest(keccak256(abi.encode(typehash, keccak256(hashes))));
    }

    function _signed(uint256 key, bytes32 digest) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
        return abi.encodePacked(r, s, v);
    }
}
