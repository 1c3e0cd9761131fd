// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
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

    /// @notice What the gateway of `till` signs on this chain.
    function digest(address till, bytes32 receiptHash) internal view returns (bytes32) {
        bytes32 domain = keccak256(abi.encode(DOMAIN_TYPEHASH, NAME_HASH, VERSION_HASH, block.chainid, till));
        return MessageHashUtils.toTypedDataHash(domain, receiptHash);
    }
}
