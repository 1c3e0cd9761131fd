// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import {IReceiveWithAuthorization} from "../interfaces/IReceiveWithAuthorization.sol";

/// @notice A token of the shape of Circle's FiatToken, which USDC is: ERC-3009, with `name`, `version` and `DOMAIN_SEPARATOR` but no `eip712Domain` (ERC-5267). Not its code.
contract FiatTokenShape is ERC20, IReceiveWithAuthorization {
    bytes32 private constant DOMAIN_TYPEHASH = keccak256(
        "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
    );
    bytes32 private constant RECEIVE_TYPEHASH = keccak256(
        "ReceiveWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)"
    );

    string private _saidVersion;
    bytes32 private immutable _versionHash;

    mapping(address authorizer => mapping(bytes32 nonce => bool)) public authorizationState;

    error NoSuchFunction();
    error NotValidNow();
    error AuthorizationUsed();
    error InvalidSignature();

    /// @param saidVersion What `version` says; if empty, it is as if the function were not there.
    /// @param signedVersion What the domain holds: another one makes a token whose domain nobody can tell.
    constructor(string memory saidVersion, string memory signedVersion) ERC20("USD Shape", "USDS") {
        _saidVersion = saidVersion;
        _versionHash = keccak256(bytes(signedVersion));
        _mint(msg.sender, 1e30);
    }

    function version() external view returns (string memory) {
        if (bytes(_saidVersion).length == 0) revert NoSuchFunction();
        return _saidVersion;
    }

    /// @inheritdoc IReceiveWithAuthorization
    function receiveWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        bytes calldata signature
    ) external {
        if (to != msg.sender) revert ERC20InvalidReceiver(to);
        if (block.timestamp <= validAfter || block.timestamp >= validBefore) revert NotValidNow();
        if (authorizationState[from][nonce]) revert AuthorizationUsed();
        authorizationState[from][nonce] = true;
        bytes32 digest = MessageHashUtils.toTypedDataHash(
            DOMAIN_SEPARATOR(),
            keccak256(abi.encode(RECEIVE_TYPEHASH, from, to, value, validAfter, validBefore, nonce))
        );
        if (!SignatureChecker.isValidSignatureNowCalldata(from, digest, signature)) revert InvalidSignature();
        _transfer(from, to, value);
    }

    // solhint-disable-next-line func-name-mixedcase
    function DOMAIN_SEPARATOR() public view returns (bytes32) {
        return
            keccak256(
                abi.encode(DOMAIN_TYPEHASH, keccak256(bytes(name())), _versionHash, block.chainid, address(this))
            );
    }
}
