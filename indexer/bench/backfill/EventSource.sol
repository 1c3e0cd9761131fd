// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @notice Emits what indexers are compared by: tokens that are minted, change hands, are paid for, and voted on, as positions of the protocol are.
contract EventSource {
    event Minted(uint256 indexed token, address indexed owner, uint128 price);
    event Moved(uint256 indexed token, address indexed from, address indexed to);
    event Paid(uint256 indexed token, address indexed payer, uint128 amount);
    event Voted(uint256 indexed token, address indexed voter, bool inFavour);

    uint256 private constant HOLDERS = 5_000;

    uint256 private _tokens;
    mapping(uint256 token => address) private _owners;

    /// @notice Emits `count` events: of ten, one mints, three move, five pay and one votes.
    function emitMany(uint256 count) external {
        uint256 tokens = _tokens;
        for (uint256 i; i < count; ++i) {
            uint256 random = uint256(keccak256(abi.encode(blockhash(block.number - 1), i)));
            address account = address(uint160(uint256(keccak256(abi.encode((random >> 64) % HOLDERS)))));
            uint256 kind = i % 10;
            if (kind == 0) {
                _owners[++tokens] = account;
                emit Minted(tokens, account, uint128(random % 1e18));
                continue;
            }
            uint256 token = ((random >> 128) % tokens) + 1;
            if (kind < 4) {
                emit Moved(token, _owners[token], account);
                _owners[token] = account;
            } else if (kind < 9) {
                emit Paid(token, account, uint128(random % 1e18));
            } else {
                emit Voted(token, account, random % 3 > 0);
            }
        }
        _tokens = tokens;
    }
}
