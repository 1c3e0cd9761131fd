// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {RoyaltyLedger} from "../../../contracts/royalties/RoyaltyLedger.sol";
import {RoyaltyVault} from "../../../contracts/royalties/RoyaltyVault.sol";
import {RoyaltySharesFactory} from "../../../contracts/royalties/RoyaltySharesFactory.sol";
import {StakedAttributors} from "../../../contracts/staking/StakedAttributors.sol";
import {TillFactory} from "../../../contracts/payments/TillFactory.sol";
import {PositionId} from "../../../contracts/types/Ids.sol";
import {Deployments} from "../support/Deployments.sol";
import {PlainToken} from "../support/Tokens.sol";

/// @notice The contracts as they are deployed, with two payment tokens and sixteen accounts, and books of what the rules owe to whom.
/// @dev Books are written from the rules, not from what the contracts say they paid, so that the two can be compared to the unit.
abstract contract ProtocolWorld is Deployments {
    enum Bond {
        Contribution,
        Objection,
        Appeal,
        Index,
        Proposal,
        UsdProposal
    }

    struct BondBook {
        uint256 taken;
        uint256 returned;
        uint256 rewarded;
        uint256 burned;
    }

    uint256 internal constant BPS = 10_000;
    uint256 internal constant OPEN = 0;
    uint256 internal constant USD = 1;
    uint256 public constant ACCOUNTS = 16;
    /// @dev The first so many accounts do what anybody may; governance and the deployer only what their role is.
    uint256 internal constant PEOPLE = 14;
    uint256 internal constant USERS = 5;
    uint256 internal constant CURATOR = 5;
    uint256 internal constant DEVELOPER = 6;
    uint256 internal constant GATEWAY = 7;
    uint256 internal constant ATTRIBUTOR = 8;
    uint256 internal constant VALIDATOR = 10;
    uint256 internal constant TREASURY = 13;
    uint256 internal constant GOVERNANCE = 14;
    uint256 internal constant DEPLOYER = 15;
    uint256 internal constant ENDOWMENT = 1e25;

    Protocol internal _p;
    StakedAttributors public attributors;
    RoyaltySharesFactory public sharesFactory;
    IERC20[2] public tokens;
    RoyaltyLedger[2] public ledgers;
    RoyaltyVault[2] public vaults;
    TillFactory[2] public factories;
    address[ACCOUNTS] public accounts;
    mapping(address account => uint256) internal _keyOf;
    address[] internal _shares;

    mapping(bytes4 action => uint256) public done;
    /// @notice What must never be possible and was; empty while all is well.
    string public violation;

    /// @notice What the rules paid an account, what it paid in, and what was given to a contract for nothing, by token.
    mapping(uint256 token => mapping(address account => uint256)) public due;
    mapping(uint256 token => mapping(address account => uint256)) public spent;
    mapping(uint256 token => mapping(address account => uint256)) public donated;
    mapping(uint256 token => mapping(address account => uint256)) public endowment;
    mapping(Bond => BondBook) internal _bonds;
    uint256 public burned;

    /// @notice Direct income of a position that is not claimed, and attributed income that is, by ledger.
    mapping(uint256 ledger => mapping(uint64 position => uint256)) public accrued;
    mapping(uint256 ledger => mapping(uint64 position => uint256)) public claimed;

    constructor() {
        vm.warp(1_800_000_000);
        vm.roll(100);
        (_p, attributors) = deployStakedProtocol();
        PlainToken usd = new PlainToken();
        tokens = [IERC20(_p.open), IERC20(usd)];
        (ledgers[USD], factories[USD]) = deployPaymentToken(_p, usd, attributors);
        (ledgers[OPEN], factories[OPEN]) = (_p.ledger, _p.tills);
        vaults = [_p.vault, vaultOf(ledgers[USD])];
        sharesFactory = new RoyaltySharesFactory(_p.positions);
        for (uint256 i; i < PEOPLE; ++i) {
            uint256 key = 0xA000 + i;
            accounts[i] = vm.addr(key);
            _keyOf[accounts[i]] = key;
            _endow(OPEN, accounts[i]);
            _endow(USD, accounts[i]);
        }
        (accounts[GOVERNANCE], accounts[DEPLOYER]) = (governance, address(this));
        _p.positions.transferFrom(address(this), accounts[TREASURY], 1);
        for (uint256 token; token < 2; ++token) {
            endowment[token][address(this)] = tokens[token].balanceOf(address(this));
        }
    }

    /// @dev What accounts of this world have and may be taken, once they hold anything at all.
    function _endow(uint256 token, address account) private {
        endowment[token][account] = ENDOWMENT;
        tokens[token].transfer(account, ENDOWMENT);
        vm.startPrank(account);
        tokens[token].approve(address(ledgers[token]), type(uint256).max);
        tokens[token].approve(address(_p.staking), type(uint256).max);
        tokens[token].approve(address(_p.datanets), type(uint256).max);
        tokens[token].approve(address(_p.models), type(uint256).max);
        tokens[token].approve(address(_p.review), type(uint256).max);
        vm.stopPrank();
    }

    function protocol() external view returns (Protocol memory) {
        return _p;
    }

    function bondsOf(Bond kind) external view returns (BondBook memory) {
        return _bonds[kind];
    }

    /// @notice What every account should have of a token.
    function expected(
        uint256 token
    ) external view returns (address[ACCOUNTS] memory, uint256[ACCOUNTS] memory amounts) {
        for (uint256 i; i < ACCOUNTS; ++i) {
            address account = accounts[i];
            amounts[i] = endowment[token][account] + due[token][account] - spent[token][account];
        }
        return (accounts, amounts);
    }

    /// @notice What every position, by place, has waiting and was paid.
    function creditsOf(uint256 ledger) external view returns (uint256[] memory waiting, uint256[] memory paid) {
        uint64 count = _p.positions.positionCount();
        waiting = new uint256[](count + 1);
        paid = new uint256[](count + 1);
        for (uint64 place = 1; place <= count; ++place) {
            (waiting[place], paid[place]) = (accrued[ledger][place], claimed[ledger][place]);
        }
    }

    function sharesCount() external view returns (uint256) {
        return _shares.length;
    }

    function sharesAt(uint256 i) external view returns (address) {
        return _shares[i];
    }

    // --- books ---

    /// @dev The action succeeded, and did what it is for.
    function _did() internal {
        ++done[msg.sig];
    }

    function _violate(string memory what) internal {
        if (bytes(violation).length == 0) violation = what;
    }

    function _takeBond(Bond kind, address from, uint256 amount) internal {
        spent[_tokenOfBond(kind)][from] += amount;
        _bonds[kind].taken += amount;
    }

    function _returnBond(Bond kind, address to, uint256 amount) internal {
        due[_tokenOfBond(kind)][to] += amount;
        _bonds[kind].returned += amount;
    }

    /// @dev A part of a bond goes to somebody else.
    function _rewardBond(Bond kind, address to, uint256 amount) internal {
        due[OPEN][to] += amount;
        _bonds[kind].rewarded += amount;
    }

    function _burnBond(Bond kind, uint256 amount) internal {
        burned += amount;
        _bonds[kind].burned += amount;
    }

    function _accrue(uint256 ledger, PositionId position, uint256 amount) internal {
        accrued[ledger][PositionId.unwrap(position)] += amount;
    }

    function _tokenOfBond(Bond kind) private pure returns (uint256) {
        return kind == Bond.UsdProposal ? USD : OPEN;
    }

    // --- choices ---

    function _person(uint256 seed) internal view returns (address) {
        return accounts[seed % PEOPLE];
    }

    /// @dev From one unit to 1e18 of them: small amounts show what rounding does.
    function _amount(uint256 seed) internal pure returns (uint128) {
        return uint128(1 + (seed % (1e18 >> (seed % 57))));
    }

    function _now() internal view returns (uint48) {
        return uint48(vm.getBlockTimestamp());
    }

    /// @dev Moves on to a moment, if it is not past.
    function _reach(uint256 time) internal {
        if (vm.getBlockTimestamp() < time) vm.warp(time);
    }

    function _nextBlock() internal {
        vm.roll(vm.getBlockNumber() + 1);
        vm.warp(vm.getBlockTimestamp() + 1);
    }
}
