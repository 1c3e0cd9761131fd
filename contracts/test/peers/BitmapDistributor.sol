// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {BitMaps} from "@openzeppelin/contracts/utils/structs/BitMaps.sol";

/// @notice A peer to measure claims against: one distribution, one claim per index, recorded in a bitmap (the scheme of Uniswap's MerkleDistributor).
contract BitmapDistributor {
    using BitMaps for BitMaps.BitMap;
    using SafeERC20 for IERC20;

    IERC20 private immutable _token;
    bytes32 private immutable _root;
    BitMaps.BitMap private _claimed;

    event Claimed(uint256 index, address account, uint256 amount);

    error AlreadyClaimed(uint256 index);
    error InvalidProof(uint256 index);

    constructor(IERC20 token, bytes32 root) {
        _token = token;
        _root = root;
    }

    /// @notice Pays `amount` to the account of the leaf `keccak256(index ‖ account ‖ amount)`; anyone may call.
    function claim(uint256 index, address account, uint256 amount, bytes32[] calldata proof) external {
        if (_claimed.get(index)) revert AlreadyClaimed(index);
        bytes32 leaf = keccak256(abi.encodePacked(index, account, amount));
        if (!MerkleProof.verifyCalldata(proof, _root, leaf)) revert InvalidProof(index);
        _claimed.set(index);
        emit Claimed(index, account, amount);
        _token.safeTransfer(account, amount);
    }
}
