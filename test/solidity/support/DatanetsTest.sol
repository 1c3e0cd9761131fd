// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Test} from "forge-std/Test.sol";
import {IDatanetRegistry} from "../../../contracts/interfaces/IDatanetRegistry.sol";
import {IRoyaltyLedger} from "../../../contracts/interfaces/IRoyaltyLedger.sol";
import {DatanetRegistry} from "../../../contracts/registry/DatanetRegistry.sol";
import {RoyaltyPositions} from "../../../contracts/royalties/RoyaltyPositions.sol";
import {ContributionId, DatanetId, PositionId} from "../../../contracts/types/Ids.sol";
import {Root} from "../../../contracts/types/Root.sol";
import {LedgerStandIn} from "./LedgerStandIn.sol";
import {TrickyToken} from "./TrickyToken.sol";

/// @notice A registry with one datanet, and what its tests repeat.
abstract contract DatanetsTest is Test {
    uint128 internal constant BOND_PER_RECORD = 100;
    uint48 internal constant WINDOW = 1_000;
    bytes32 internal constant SALT = keccak256("salt");
    bytes32 internal constant LICENCE = keccak256("CC0-1.0");
    DatanetId internal constant DATANET = DatanetId.wrap(1);

    address internal immutable curator = makeAddr("curator");
    address internal immutable alice = makeAddr("alice");
    address internal immutable bob = makeAddr("bob");
    address internal immutable carol = makeAddr("carol");
    address internal immutable stranger = makeAddr("stranger");

    TrickyToken internal token;
    LedgerStandIn internal ledger;
    RoyaltyPositions internal positions;
    DatanetRegistry internal datanets;

    function setUp() public virtual {
        vm.warp(1_000_000);
        vm.roll(100);
        token = new TrickyToken();
        ledger = new LedgerStandIn(address(token));
        positions = new RoyaltyPositions(address(this), token);
        datanets = new DatanetRegistry(IRoyaltyLedger(address(ledger)), positions, 10, 100_000);
        positions.bindMinters(address(datanets), address(this));
        address[5] memory all = [curator, alice, bob, carol, stranger];
        for (uint256 i; i < all.length; ++i) {
            require(token.transfer(all[i], 1e24), "transfer failed");
            _approve(all[i], address(datanets));
        }
        vm.prank(curator);
        datanets.createDatanet(_terms(), "ipfs://datanet");
    }

    function _approve(address from, address spender) internal {
        vm.prank(from);
        token.approve(spender, type(uint256).max);
    }

    function _terms() internal pure virtual returns (IDatanetRegistry.Terms memory) {
        return
            IDatanetRegistry.Terms({
                bondPerRecord: BOND_PER_RECORD,
                licenceFee: 7,
                reviewWindowSeconds: WINDOW,
                leastDataShareBps: 5_000,
                curatorCutBps: 1_000,
                mistakeBps: 500,
                negligenceBps: 3_000,
                maliceBps: 9_000,
                allowedUses: 1
            });
    }

    function _root(string memory name, uint128 records) internal pure returns (Root memory) {
        return Root(keccak256(bytes(name)), records);
    }

    function _nextBlock() internal {
        vm.roll(vm.getBlockNumber() + 1);
    }

    function _pass(uint48 time) internal {
        vm.warp(vm.getBlockTimestamp() + time);
    }

    /// @dev Reserves in one block and contributes in the next.
    function _contribute(address by, Root memory root) internal returns (ContributionId contribution) {
        _reserve(by, root);
        _nextBlock();
        vm.prank(by);
        contribution = datanets.contribute(
            DATANET,
            IDatanetRegistry.ContributionKind.Data,
            root,
            LICENCE,
            "ipfs://content",
            SALT
        );
    }

    function _reserve(address by, Root memory root) internal returns (bytes32 reservation) {
        reservation = datanets.reservationOf(by, DATANET, root, SALT);
        datanets.reserve(reservation);
    }

    function _contribute(address by, string memory name, uint128 records) internal returns (ContributionId) {
        return _contribute(by, _root(name, records));
    }

    function _accepted(address by, string memory name, uint128 records) internal returns (ContributionId id) {
        id = _contribute(by, name, records);
        _pass(WINDOW);
        datanets.accept(id);
    }

    function _statusOf(ContributionId contribution) internal view returns (IDatanetRegistry.ContributionStatus) {
        return datanets.contributionOf(contribution).status;
    }

    function _assertStatus(ContributionId contribution, IDatanetRegistry.ContributionStatus status) internal view {
        assertEq(uint256(_statusOf(contribution)), uint256(status), "status");
    }

    function _assertSame(ContributionId a, ContributionId b) internal pure {
        assertEq(ContributionId.unwrap(a), ContributionId.unwrap(b), "contribution");
    }

    function _assertPosition(PositionId position, uint64 id) internal pure {
        assertEq(PositionId.unwrap(position), id, "position");
    }

    /// @dev The registry holds exactly what it owes.
    function _assertSolvent() internal view {
        assertEq(token.balanceOf(address(datanets)), datanets.owed(), "balance is what is owed");
    }
}
