// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {IRoyaltyVault} from "../../interfaces/IRoyaltyVault.sol";
import {LedgerData} from "../../libraries/LedgerData.sol";
import {SumPath} from "../../libraries/SumPath.sol";
import {PositionId} from "../../types/Ids.sol";
import {Claims} from "./Claims.sol";

/// @notice Claims by somebody whom a position's owner allowed it by signature (docs/formats.md §7.3).
abstract contract Delegations is Claims, EIP712 {
    mapping(PositionId => uint64) private _revocations;

    /// @inheritdoc IRoyaltyVault
    function claimFor(DelegatedClaim[] calldata claims) external returns (uint256 paid) {
        SumPath.Path memory path;
        _begin(path, claims.length);
        Run memory run;
        for (uint256 i; i < claims.length; ++i) {
            DelegatedClaim calldata item = claims[i];
            PositionId position = item.claim.position;
            (address owner, uint256 attributed, bool hasDirect) = _settle(path, position, item.claim);
            _requireDelegated(owner, position, item.delegation, item.signature);
            paid += _pay(run, position, item.delegation.recipient, attributed, hasDirect);
        }
        _transfer(run.recipient, run.amount);
    }

    /// @inheritdoc IRoyaltyVault
    function revokeDelegations(PositionId position) external {
        if (_ownerOf(position) != msg.sender) revert NotPositionOwner(position, msg.sender);
        ++_revocations[position];
        emit DelegationsRevoked(position, msg.sender, delegationNonceOf(position));
    }

    /// @inheritdoc IRoyaltyVault
    function delegationNonceOf(PositionId position) public view returns (uint256) {
        return (uint256(_positions.transferCount(position)) << 64) | _revocations[position];
    }

    function _requireDelegated(
        address owner,
        PositionId position,
        Delegation calldata delegation,
        bytes calldata signature
    ) private view {
        if (PositionId.unwrap(delegation.position) != PositionId.unwrap(position))
            revert WrongDelegation(position, delegation.position);
        if (delegation.claimer != msg.sender) revert NotDelegate(position, msg.sender);
        if (delegation.recipient == address(0)) revert ZeroRecipient();
        if (block.timestamp > delegation.deadline) revert DelegationExpired(position, delegation.deadline);
        uint256 nonce = delegationNonceOf(position);
        if (delegation.nonce != nonce) revert WrongNonce(position, delegation.nonce, nonce);
        bytes32 digest = _hashTypedDataV4(
            LedgerData.delegationHash(position, msg.sender, delegation.recipient, nonce, delegation.deadline)
        );
        if (!SignatureChecker.isValidSignatureNowCalldata(owner, digest, signature)) revert InvalidDelegation(position);
    }
}
