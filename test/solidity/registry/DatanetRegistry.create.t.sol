// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC721Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IDatanetRegistry} from "../../../contracts/interfaces/IDatanetRegistry.sol";
import {IRoyaltyLedger} from "../../../contracts/interfaces/IRoyaltyLedger.sol";
import {DatanetRegistry} from "../../../contracts/registry/DatanetRegistry.sol";
import {DatanetId, PositionId} from "../../../contracts/types/Ids.sol";
import {DatanetsTest} from "../support/DatanetsTest.sol";

/// @notice Creating datanets, and binding the registry to its review.
contract DatanetRegistryCreateTest is DatanetsTest {
    DatanetId private constant NONE = DatanetId.wrap(9);

    function test_Constructor_RevertsForNoWindow() public {
        vm.expectRevert(abi.encodeWithSelector(IDatanetRegistry.InvalidTerms.selector, "reviewWindowSeconds"));
        new DatanetRegistry(IRoyaltyLedger(address(ledger)), positions, 0, 1);
    }

    function test_Constructor_RevertsForEmptyRange() public {
        vm.expectRevert(abi.encodeWithSelector(IDatanetRegistry.InvalidTerms.selector, "reviewWindowSeconds"));
        new DatanetRegistry(IRoyaltyLedger(address(ledger)), positions, 2, 1);
    }

    function test_Constructor_KeepsRange() public {
        DatanetRegistry one = new DatanetRegistry(IRoyaltyLedger(address(ledger)), positions, 3, 3);
        assertEq(one.leastReviewWindowSeconds(), 3);
        assertEq(one.mostReviewWindowSeconds(), 3);
    }

    function test_Token_IsTheLedgers() public view {
        assertEq(datanets.token(), address(token));
    }

    function test_BindReview_RevertsForOthers() public {
        vm.expectRevert(abi.encodeWithSelector(IDatanetRegistry.NotDeployer.selector, stranger));
        vm.prank(stranger);
        datanets.bindReview(stranger);
    }

    function test_BindReview_RevertsForNobody() public {
        vm.expectRevert(abi.encodeWithSelector(IDatanetRegistry.NotReview.selector, address(0)));
        datanets.bindReview(address(0));
    }

    function test_BindReview_RevertsTheSecondTime() public {
        datanets.bindReview(carol);
        vm.expectRevert(abi.encodeWithSelector(IDatanetRegistry.AlreadyBound.selector));
        datanets.bindReview(bob);
    }

    function test_BindReview_NamesReview() public {
        vm.expectEmit(address(datanets));
        emit IDatanetRegistry.ReviewBound(carol);
        datanets.bindReview(carol);
        assertEq(datanets.review(), carol);
    }

    function test_CreateDatanet_RevertsForWindow() public {
        IDatanetRegistry.Terms memory terms = _terms();
        terms.reviewWindowSeconds = 9;
        _expectInvalid(terms, "reviewWindowSeconds");
        terms.reviewWindowSeconds = 100_001;
        _expectInvalid(terms, "reviewWindowSeconds");
    }

    function test_CreateDatanet_RevertsForBond() public {
        IDatanetRegistry.Terms memory terms = _terms();
        terms.bondPerRecord = (type(uint128).max >> 24) + 1;
        _expectInvalid(terms, "bondPerRecord");
    }

    function test_CreateDatanet_RevertsForShares() public {
        IDatanetRegistry.Terms memory terms = _terms();
        terms.leastDataShareBps = 10_001;
        _expectInvalid(terms, "leastDataShareBps");
        terms = _terms();
        terms.curatorCutBps = 10_001;
        _expectInvalid(terms, "curatorCutBps");
        terms = _terms();
        terms.maliceBps = 10_001;
        _expectInvalid(terms, "maliceBps");
    }

    function test_CreateDatanet_RevertsForTiers() public {
        IDatanetRegistry.Terms memory terms = _terms();
        terms.mistakeBps = terms.negligenceBps + 1;
        _expectInvalid(terms, "mistakeBps");
        terms = _terms();
        terms.negligenceBps = terms.maliceBps + 1;
        _expectInvalid(terms, "negligenceBps");
    }

    function test_CreateDatanet_RevertsForUses() public {
        IDatanetRegistry.Terms memory terms = _terms();
        terms.allowedUses = 0;
        _expectInvalid(terms, "allowedUses");
        terms.allowedUses = 8;
        _expectInvalid(terms, "allowedUses");
    }

    function test_CreateDatanet_MintsDatanetAndPosition() public {
        DatanetId second = DatanetId.wrap(2);
        PositionId position = PositionId.wrap(3);
        vm.expectEmit(address(datanets));
        emit IDatanetRegistry.DatanetCreated(second, bob, position, _terms(), "ipfs://second");
        vm.prank(bob);
        datanets.createDatanet(_terms(), "ipfs://second");
        assertEq(datanets.datanetCount(), 2);
        assertEq(datanets.ownerOf(2), bob);
        assertEq(positions.ownerOf(3), bob);
        _assertPosition(datanets.curatorPositionOf(second), 3);
        assertEq(datanets.tokenURI(2), "ipfs://second");
        assertEq(abi.encode(datanets.termsOf(second)), abi.encode(_terms()));
    }

    function test_TermsOf_RevertsWithoutDatanet() public {
        vm.expectRevert(abi.encodeWithSelector(IDatanetRegistry.UnknownDatanet.selector, NONE));
        datanets.termsOf(NONE);
    }

    function test_CuratorPositionOf_RevertsWithoutDatanet() public {
        vm.expectRevert(abi.encodeWithSelector(IDatanetRegistry.UnknownDatanet.selector, NONE));
        datanets.curatorPositionOf(NONE);
    }

    function test_TokenURI_RevertsWithoutDatanet() public {
        vm.expectRevert(abi.encodeWithSelector(IERC721Errors.ERC721NonexistentToken.selector, 9));
        datanets.tokenURI(9);
    }

    function _expectInvalid(IDatanetRegistry.Terms memory terms, string memory field) private {
        vm.expectRevert(abi.encodeWithSelector(IDatanetRegistry.InvalidTerms.selector, field));
        datanets.createDatanet(terms, "");
    }
}
