// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Test} from "forge-std/Test.sol";
import {SmartAccount} from "../../../contracts/test/SmartAccount.sol";
import {OpenToken} from "../../../contracts/token/OpenToken.sol";

/// @notice OPEN with a holder, and signatures over digests that are computed here, apart from the token's code.
abstract contract OpenTokenFixture is Test {
    bytes32 internal constant DOMAIN_TYPEHASH = keccak256(
        "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
    );
    bytes32 internal constant PERMIT_TYPEHASH = keccak256(
        "Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"
    );
    bytes32 internal constant TRANSFER_TYPEHASH = keccak256(
        "TransferWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)"
    );
    bytes32 internal constant RECEIVE_TYPEHASH = keccak256(
        "ReceiveWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)"
    );
    bytes32 internal constant CANCEL_TYPEHASH = keccak256("CancelAuthorization(address authorizer,bytes32 nonce)");

    uint256 internal constant NOW = 1_700_000_000;
    uint256 internal constant SUPPLY = 1_000_000_000e18;

    struct Authorization {
        address from;
        address to;
        uint256 value;
        uint256 validAfter;
        uint256 validBefore;
        bytes32 nonce;
    }

    OpenToken internal token;
    SmartAccount internal account;
    address internal holder;
    uint256 internal holderKey;
    address internal payee = makeAddr("payee");
    address internal stranger = makeAddr("stranger");

    function setUp() public virtual {
        vm.warp(NOW);
        (holder, holderKey) = makeAddrAndKey("holder");
        token = new OpenToken(holder);
        account = new SmartAccount(holder);
        vm.prank(holder);
        token.transfer(address(account), 100);
    }

    /// @dev 5 units from the holder to the payee, valid now.
    function authorization() internal view returns (Authorization memory) {
        return Authorization(holder, payee, 5, NOW - 1, NOW + 1, keccak256("nonce"));
    }

    function domainOf(address verifier, uint256 chainId) internal pure returns (bytes32) {
        return keccak256(abi.encode(DOMAIN_TYPEHASH, keccak256("Open"), keccak256("1"), chainId, verifier));
    }

    function digestIn(bytes32 domain, bytes32 structHash) internal pure returns (bytes32) {
        return keccak256(abi.encodePacked(hex"1901", domain, structHash));
    }

    function digest(bytes32 structHash) internal view returns (bytes32) {
        return digestIn(domainOf(address(token), block.chainid), structHash);
    }

    function hashOf(bytes32 typehash, Authorization memory a) internal pure returns (bytes32) {
        return keccak256(abi.encode(typehash, a.from, a.to, a.value, a.validAfter, a.validBefore, a.nonce));
    }

    function sign(bytes32 hash) internal view returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(holderKey, hash);
        return abi.encodePacked(r, s, v);
    }
}
