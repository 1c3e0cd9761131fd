// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Test} from "forge-std/Test.sol";
import {IAttributorSet} from "../../contracts/interfaces/IAttributorSet.sol";
import {IModelRegistry} from "../../contracts/interfaces/IModelRegistry.sol";
import {IRoyaltyLedger} from "../../contracts/interfaces/IRoyaltyLedger.sol";
import {ITillFactory} from "../../contracts/interfaces/ITillFactory.sol";
import {SumTree} from "../../contracts/libraries/SumTree.sol";
import {RoyaltyLedger} from "../../contracts/royalties/RoyaltyLedger.sol";
import {RoyaltyPositions} from "../../contracts/royalties/RoyaltyPositions.sol";
import {RoyaltyVault} from "../../contracts/royalties/RoyaltyVault.sol";
import {IRoyaltyPositions} from "../../contracts/interfaces/IRoyaltyPositions.sol";
import {IRoyaltyVault} from "../../contracts/interfaces/IRoyaltyVault.sol";
import {OpenToken} from "../../contracts/token/OpenToken.sol";
import {Epoch, ModelVersion, PositionId, SettlementId} from "../../contracts/types/Ids.sol";
import {Root} from "../../contracts/types/Root.sol";

/// @notice Calls the ledger at random as its tills, its proposer and its claimers, and finalises roots that pay whom it likes.
contract LedgerHandler is Test, IAttributorSet {
    uint256 private constant PAYOUT_DEPTH = 28;
    bytes32 private constant PAYLOAD = keccak256("payload");

    OpenToken public immutable token;
    RoyaltyVault public immutable vault;
    RoyaltyLedger public immutable ledger;
    RoyaltyPositions public immutable positions;
    uint128 public claimed;
    /// @dev Sums of the leaves 2 and 3 of the last root; arbitrary, even beyond its sum.
    uint128[2] private _leaves;
    uint256 public finalizations;

    constructor() {
        token = new OpenToken(address(this));
        positions = new RoyaltyPositions(address(this), token);
        vault = RoyaltyVault(positions.vault());
        IRoyaltyLedger.Parameters memory p = IRoyaltyLedger.Parameters(100, 10, 20, 1_000, 5, 500, 3, 10, 10);
        ledger = new RoyaltyLedger(vault, this, address(this), address(2), p);
        vault.bind(ledger);
        positions.bindMinters(address(this), address(this));
        positions.mint(address(this), IRoyaltyPositions.PositionKind.Contributor, 1);
        positions.mint(address(this), IRoyaltyPositions.PositionKind.Contributor, 1);
        ledger.bind(ITillFactory(address(this)), IModelRegistry(address(this)), new address[](0));
        token.approve(address(ledger), type(uint256).max);
    }

    // The handler stands in for the tills, the models and the attributors.
    function isTill(address) external pure returns (bool) {
        return true;
    }

    function indexStatus(ModelVersion) external pure returns (IModelRegistry.IndexStatus) {
        return IModelRegistry.IndexStatus.Usable;
    }

    function indexOf(ModelVersion) external pure returns (IModelRegistry.Index memory index) {
        return index;
    }

    function weightOf(address) external pure returns (uint256) {
        return 1;
    }

    function quorum() external pure returns (uint256) {
        return 1;
    }

    function settle(uint64 version, uint96 pool, uint256 key) external {
        version = uint64(_bound(version, 1, 3));
        SettlementId settlement = ledger.openSettlement(
            ModelVersion.wrap(version),
            Root(keccak256("r"), uint128(pool) + 1),
            1,
            pool
        );
        if (key % 5 == 0) return;
        bytes32 digest = ledger.attestationDigest(settlement, keccak256("s"));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(_bound(key, 1, 1e18), digest);
        bytes[] memory signatures = new bytes[](1);
        signatures[0] = abi.encodePacked(r, s, v);
        ledger.commitSketches(settlement, Root(keccak256("s"), 1), 0, signatures);
    }

    function payPlain(uint64 version, uint96 amount) external {
        ledger.addPlainIncome(ModelVersion.wrap(uint64(_bound(version, 1, 3))), amount);
    }

    function accrue(uint96 amount) external {
        PositionId[] memory to = new PositionId[](1);
        uint128[] memory amounts = new uint128[](1);
        to[0] = PositionId.wrap(2);
        amounts[0] = amount;
        ledger.accrue(to, amounts);
    }

    function wait(uint16 secondsToWait) external {
        vm.warp(block.timestamp + _bound(secondsToWait, 1, 300));
    }

    function advance(uint8 max) external {
        ledger.advance(max);
    }

    function expire(uint64 settlement) external {
        uint64 count = ledger.settlementCount();
        if (count == 0) return;
        try ledger.expire(SettlementId.wrap(uint64(_bound(settlement, 1, count)))) {} catch {}
    }

    /// @dev Finalises a root over two leaves whose sums are `two` and `three`, both chosen at random; the root's own sum is what the ledger wants.
    function finalize(uint128 two, uint128 three, bool isHonest) external {
        vm.warp(block.timestamp + 200);
        ledger.advance(1_000);
        Epoch epoch;
        try ledger.nextEpoch() returns (Epoch next) {
            epoch = next;
        } catch {
            return;
        }
        vm.warp(ledger.epochEnd(epoch) + 1);
        ledger.advance(1_000);
        uint128 pools = ledger.epochPools(epoch);
        uint128 total = ledger.payoutsRoot().sum + pools;
        if (isHonest) {
            two = uint128(_bound(two, 0, total));
            three = total - two;
        }
        _leaves = [two, three];
        Root memory payouts = Root(_rootHash(two, three), total);
        uint32 proposal = ledger.propose(epoch, Root(keccak256("g"), pools), payouts, 0);
        vm.warp(block.timestamp + 20);
        ledger.finalize(epoch);
        assertEq(proposal, 0);
        ++finalizations;
    }

    function claim(bool isThird) external {
        IRoyaltyVault.Claim[] memory claims = new IRoyaltyVault.Claim[](1);
        uint64 key = isThird ? 3 : 2;
        uint128 sibling = isThird ? _leaves[0] : _leaves[1];
        bytes memory opening = abi.encodePacked(
            uint8(PAYOUT_DEPTH),
            uint32(1 << (PAYOUT_DEPTH - 1)),
            SumTree.leafHash(isThird ? 2 : 3, sibling, PAYLOAD),
            sibling
        );
        claims[0] = IRoyaltyVault.Claim(PositionId.wrap(key), _leaves[isThird ? 1 : 0], PAYLOAD, opening);
        uint128 before = vault.claimedOf(PositionId.wrap(key));
        try vault.claim(claims) {
            claimed += vault.claimedOf(PositionId.wrap(key)) - before;
        } catch {}
    }

    /// @dev Both leaves hang under node 1 of level 27; sums above it wrap, as a forger's would.
    function _rootHash(uint128 two, uint128 three) private pure returns (bytes32 hash) {
        bytes32 left = SumTree.leafHash(2, two, PAYLOAD);
        hash = SumTree.innerHash(left, two, SumTree.leafHash(3, three, PAYLOAD), three);
        uint128 sum;
        unchecked {
            sum = two + three;
        }
        hash = SumTree.innerHash(0, 0, hash, sum);
        for (uint256 level = PAYOUT_DEPTH - 2; level > 0; --level) hash = SumTree.innerHash(hash, sum, 0, 0);
    }
}

/// @notice Whatever is settled, finalised and claimed, the ledger holds exactly what it owes, the vault what is finalised and unclaimed, and no more is
/// paid than was finalised.
contract LedgerSolvencyTest is Test {
    LedgerHandler private _handler;

    function setUp() public {
        _handler = new LedgerHandler();
        bytes4[] memory selectors = new bytes4[](8);
        selectors[0] = LedgerHandler.settle.selector;
        selectors[1] = LedgerHandler.payPlain.selector;
        selectors[2] = LedgerHandler.accrue.selector;
        selectors[3] = LedgerHandler.wait.selector;
        selectors[4] = LedgerHandler.advance.selector;
        selectors[5] = LedgerHandler.expire.selector;
        selectors[6] = LedgerHandler.finalize.selector;
        selectors[7] = LedgerHandler.claim.selector;
        targetContract(address(_handler));
        targetSelector(FuzzSelector({addr: address(_handler), selectors: selectors}));
    }

    function test_HandlerReachesEveryStep() public {
        _handler.settle(1, 1_000, 7);
        _handler.payPlain(1, 50);
        _handler.finalize(600, 0, true);
        _handler.claim(false);
        _handler.claim(true);
        assertEq(_handler.finalizations(), 1);
        assertEq(_handler.claimed(), 1_050);
    }

    function invariant_BalanceIsWhatIsOwed() public view {
        RoyaltyLedger ledger = _handler.ledger();
        (uint256 pools, uint256 accrued, uint256 bonds) = ledger.owed();
        assertEq(_handler.token().balanceOf(address(ledger)), pools + accrued + bonds);
        assertEq(_handler.vault().unclaimed(), ledger.payoutsRoot().sum - _handler.claimed());
    }

    function invariant_ClaimsNeverExceedWhatWasFinalised() public view {
        RoyaltyLedger ledger = _handler.ledger();
        assertLe(_handler.claimed(), ledger.payoutsRoot().sum);
    }
}
