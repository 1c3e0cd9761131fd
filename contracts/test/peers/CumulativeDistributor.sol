// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";

/// @notice A peer to measure claims against: roots follow one another, leaves hold cumulative amounts, and what an account has been paid is stored
/// (the scheme of Morpho's Universal Rewards Distributor, for one token).
contract CumulativeDistributor {
    using SafeERC20 for IERC20;

    IERC20 private immutable _token;
    address private immutable _owner;
    bytes32 private _root;
    mapping(address account => uint256) private _claimed;

    event RootSet(bytes32 indexed root);
    event Claimed(address indexed account, uint256 amount);

    error NotOwner(address caller);
    error NothingToClaim(address account);
    error InvalidProof(address account);

    constructor(IERC20 token) {
        _token = token;
        _owner = msg.sender;
    }

    function setRoot(bytes32 root) external {
        if (msg.sender != _owner) revert NotOwner(msg.sender);
        _root = root;
        emit RootSet(root);
    }

    /// @notice Pays what the leaf of the account, hashed twice, grants beyond what it was paid; anyone may call.
    function claim(address account, uint256 cumulative, bytes32[] calldata proof) external returns (uint256 amount) {
        bytes32 leaf = keccak256(bytes.concat(keccak256(abi.encode(account, cumulative))));
        if (!MerkleProof.verifyCalldata(proof, _root, leaf)) revert InvalidProof(account);
        uint256 claimed = _claimed[account];
        if (cumulative <= claimed) revert NothingToClaim(account);
        amount = cumulative - claimed;
        _claimed[account] = cumulative;
        emit Claimed(account, amount);
        _token.safeTransfer(account, amount);
    }
}
