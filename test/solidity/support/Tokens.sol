// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Burnable} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Burnable.sol";

/// @notice An ordinary token, whose supply the test holds.
contract PlainToken is ERC20 {
    constructor() ERC20("Plain", "PLAIN") {
        _mint(msg.sender, type(uint128).max);
    }
}

/// @notice A token that makes one call during its next transfer, before or after balances change, and records how that call ended. Once it is told to,
/// it refuses to pay an account.
contract ReentrantToken is ERC20Burnable {
    /// @dev Twice that is within what staking takes for OPEN.
    uint256 private constant HALF_SUPPLY = type(uint128).max / 4e9;

    address private _refused;
    address private _target;
    bytes private _call;
    bool private _isBefore;
    bool public wasCalled;
    bool public wasRefused;
    bytes4 public refusal;

    error Refused(address account);

    constructor() ERC20("Reentrant", "REENTRANT") {
        _mint(msg.sender, HALF_SUPPLY);
        _mint(address(this), HALF_SUPPLY);
    }

    /// @notice Refuses to pay this account only; the zero address: pays all.
    function refuse(address account) external {
        _refused = account;
    }

    function arm(address target, bytes calldata call, bool isBefore) external {
        _target = target;
        _call = call;
        _isBefore = isBefore;
        wasCalled = false;
        wasRefused = false;
        refusal = 0;
    }

    /// @notice Lets a contract take what the token pays where it calls as an account of its own.
    function allow(address spender) external {
        _approve(address(this), spender, type(uint256).max);
    }

    function _update(address from, address to, uint256 value) internal override {
        if (to != address(0) && to == _refused) revert Refused(to);
        if (_isBefore) _callBack();
        super._update(from, to, value);
        if (!_isBefore) _callBack();
    }

    function _callBack() private {
        address target = _target;
        if (target == address(0)) return;
        _target = address(0);
        // solhint-disable-next-line avoid-low-level-calls
        (bool success, bytes memory result) = target.call(_call);
        wasCalled = true;
        wasRefused = !success;
        refusal = bytes4(result);
    }
}

/// @notice A token that lies about balances, fails to state them, or refuses to pay an account, once it is told to.
contract FaultyToken is PlainToken {
    bool private _isSilent;
    uint256 private _stated;
    mapping(address account => bool) private _refused;

    error Silent();
    error Refused(address account);

    function silence(bool isSilent) external {
        _isSilent = isSilent;
    }

    /// @notice States this balance of every account; 0: the true one.
    function state(uint256 balance) external {
        _stated = balance;
    }

    function refuse(address account, bool isRefused) external {
        _refused[account] = isRefused;
    }

    function balanceOf(address account) public view override returns (uint256) {
        if (_isSilent) revert Silent();
        return _stated == 0 ? super.balanceOf(account) : _stated;
    }

    function _update(address from, address to, uint256 value) internal override {
        if (_refused[to]) revert Refused(to);
        super._update(from, to, value);
    }
}

/// @notice A token with a second address: the legacy contract moves the same balances.
contract DoubleEntryToken is PlainToken {
    LegacyToken public immutable legacy = new LegacyToken(this);

    error NotLegacy(address caller);

    function moveFor(address from, address to, uint256 value) external returns (bool) {
        if (msg.sender != address(legacy)) revert NotLegacy(msg.sender);
        _transfer(from, to, value);
        return true;
    }
}

/// @notice The second address of a token.
contract LegacyToken {
    DoubleEntryToken private immutable _token;

    constructor(DoubleEntryToken token) {
        _token = token;
    }

    function balanceOf(address account) external view returns (uint256) {
        return _token.balanceOf(account);
    }

    function transfer(address to, uint256 value) external returns (bool) {
        return _token.moveFor(msg.sender, to, value);
    }
}
