// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {Receipt} from "../types/Receipt.sol";

/// @notice Typed data of receipts (docs/formats.md §7.1).
library Receipts {
    bytes32 internal constant TYPEHASH = keccak256(
        "Receipt(address till,uint64 modelVersion,bytes32 channelId,uint64 sequence,uint128 amount,uint128 cumulative,address agentRegistry,uint256 agentId,bytes32 requestHash,bytes32 responseHash,uint48 issuedAt)"
    );
    bytes32 private constant DOMAIN_TYPEHASH = keccak256(
        "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
    );
    bytes32 private constant NAME_HASH = keccak256("Tributary Receipt");
    bytes32 private constant VERSION_HASH = keccak256("1");

    /// @notice The `receiptHash` of the formats: the struct hash, without the domain.
    function structHash(Receipt memory receipt) internal pure returns (bytes32) {
        return keccak256(abi.encode(TYPEHASH, receipt));
    }

    /// @notice Whether a gateway signed the receipt of this hash for a till on this chain: with its key, or as a contract by ERC-1271.
    /// @dev An account's own signature counts whatever code was delegated to since (EIP-7702): else a gateway could take back what it signed.
    function isSignedBy(
        address gateway,
        address till,
        bytes32 receiptHash,
        bytes calldata signature
    ) internal view returns (bool) {
        bytes32 signed = digest(till, receiptHash);
        (address signer, ECDSA.RecoverError failure, ) = ECDSA.tryRecoverCalldata(signed, signature);
        if (failure == ECDSA.RecoverError.NoError && signer == gateway) return true;
        return SignatureChecker.isValidERC1271SignatureNowCalldata(gateway, signed, signature);
    }

    /// @notice What the gateway of `till` signs on this chain.
    function digest(address till, bytes32 receiptHash) internal view returns (bytes32) {
        bytes32 domain = keccak256(abi.encode(DOMAIN_TYPEHASH, NAME_HASH, VERSION_HASH, block.chainid, till));
        return MessageHashUtils.toTypedDataHash(domain, receiptHash);
    }
}
