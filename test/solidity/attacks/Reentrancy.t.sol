// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

// An attacker's call is made from its bytes.
// solhint-disable avoid-low-level-calls, no-unchecked-calls

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IContributionReview} from "../../../contracts/interfaces/IContributionReview.sol";
import {IDatanetRegistry} from "../../../contracts/interfaces/IDatanetRegistry.sol";
import {IModelRegistry} from "../../../contracts/interfaces/IModelRegistry.sol";
import {IModelTill} from "../../../contracts/interfaces/IModelTill.sol";
import {IOperatorStaking} from "../../../contracts/interfaces/IOperatorStaking.sol";
import {IRoyaltyLedger} from "../../../contracts/interfaces/IRoyaltyLedger.sol";
import {IRoyaltyShares} from "../../../contracts/interfaces/IRoyaltyShares.sol";
import {IRoyaltyVault} from "../../../contracts/interfaces/IRoyaltyVault.sol";
import {IStakeVotes} from "../../../contracts/interfaces/IStakeVotes.sol";
import {LedgerData} from "../../../contracts/libraries/LedgerData.sol";
import {ReviewVotes} from "../../../contracts/libraries/ReviewVotes.sol";
import {RoyaltyShares} from "../../../contracts/royalties/RoyaltyShares.sol";
import {RoyaltySharesFactory} from "../../../contracts/royalties/RoyaltySharesFactory.sol";
import {
    ContributionId,
    Epoch,
    ModelId,
    ModelVersion,
    PoolId,
    PositionId,
    RoundId,
    SettlementId
} from "../../../contracts/types/Ids.sol";
import {Root} from "../../../contracts/types/Root.sol";
import {Verdict} from "../../../contracts/types/Verdict.sol";
import {ContentTree} from "../support/ContentTree.sol";
import {ProtocolFixture} from "../support/ProtocolFixture.sol";
import {ReentrantToken} from "../support/Tokens.sol";

/// @notice While any function moves the token, the token calls any function of any contract: the same contract refuses it, and all books still add up.
contract ReentrancyTest is ProtocolFixture {
    bytes4 private constant REENTRANT = ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector;
    uint128 private constant FEE = 10_000;
    uint256 private constant OWNER_KEY = 0x0117e4;
    PositionId private constant TREASURY = PositionId.wrap(1);
    PoolId private constant POOL = PoolId.wrap(1);

    struct Step {
        string name;
        address target;
        bytes call;
    }

    ReentrantToken private _reentrant;
    RoyaltyShares private _shares;
    /// @dev The first is final, with a second proposal whose bond is still held; the second waits for `finalize`.
    Epoch[2] private _epochs;
    /// @dev Contributions that can be objected to, appealed and resolved, one whose objector could not be paid, one that repeats a record, and one that was
    /// shown to.
    ContributionId private _objectable;
    ContributionId private _appealable;
    ContributionId private _resolvable;
    ContributionId private _credited;
    ContributionId private _copy;
    ContributionId private _shown;
    uint256 private _unbonding;
    Step[] private _moving;
    Step[] private _others;

    function setUp() public {
        _reentrant = new ReentrantToken();
        _model(_reentrant);
        _reentrant.allow(address(_p.ledger));
        _reentrant.allow(address(_p.datanets));
        _reentrant.allow(address(_p.models));
        _reentrant.allow(address(_p.review));
        _reentrant.allow(address(_p.staking));
        _reentrant.approve(address(_p.review), type(uint256).max);
        _stake();
        _p.models.registerVersion(ModelId.wrap(1), _registration());
        _p.datanets.payLicence(DATANET, 2_000);
        _p.datanets.reserve(_p.datanets.reservationOf(address(this), DATANET, Root("third", 10), 0));
        _contribute("second");
        _lock();
        _resolvable = _contribute("resolvable");
        _p.review.object(_resolvable, Verdict.Malice, 0, "");
        _credited = _contribute("credited");
        _p.review.object(_credited, Verdict.Malice, 0, "");
        _epochs[0] = _epochOver(FEE);
        _propose(_epochs[0], "winner");
        _propose(_epochs[0], "loser");
        skip(CHALLENGE_WINDOW_SECONDS);
        _p.ledger.finalize(_epochs[0]);
        _epochs[1] = _epochOver(FEE);
        _propose(_epochs[1], "next");
        skip(CHALLENGE_WINDOW_SECONDS);
        _earn(CONTRIBUTOR, 60);
        _shares.collect(0, _accruedOnly(CONTRIBUTOR)[0]);
        _earn(CONTRIBUTOR, 40);
        _settle(FEE);
        _reentrant.transfer(address(_till), FEE);
        _dispute();
        _p.positions.transferFrom(address(this), vm.addr(OWNER_KEY), PositionId.unwrap(TREASURY));
        _listMoving();
        _listReview();
        _listStaking();
        _listOthers();
    }

    /// @dev Without the attack, every listed function succeeds and moves the token.
    function test_EveryListedFunctionMovesTheToken() public {
        for (uint256 i; i < _moving.length; ++i) {
            uint256 snapshot = vm.snapshotState();
            _reentrant.arm(address(this), "", false);
            (bool success, ) = _moving[i].target.call(_moving[i].call);
            assertTrue(success, _moving[i].name);
            assertTrue(_reentrant.wasCalled(), _moving[i].name);
            _requireSolvent();
            vm.revertToStateAndDelete(snapshot);
        }
    }

    function test_NoFunctionCanBeEnteredAgainBeforeTheMoneyMoves() public {
        _attackAll(true);
    }

    function test_NoFunctionCanBeEnteredAgainAfterTheMoneyMoved() public {
        _attackAll(false);
    }

    function _attackAll(bool isBefore) private {
        for (uint256 i; i < _moving.length; ++i) {
            bytes32 books = _booksAfter(_moving[i]);
            for (uint256 j; j < _moving.length; ++j) _attack(_moving[i], _moving[j], isBefore, books);
            for (uint256 j; j < _others.length; ++j) _attack(_moving[i], _others[j], isBefore, books);
        }
    }

    function _booksAfter(Step memory step) private returns (bytes32 books) {
        uint256 snapshot = vm.snapshotState();
        (bool success, ) = step.target.call(step.call);
        assertTrue(success, step.name);
        books = _books();
        vm.revertToStateAndDelete(snapshot);
    }

    /// @dev Everybody's balance, and what every contract owes.
    function _books() private view returns (bytes32) {
        uint256[20] memory books;
        (books[0], books[1], books[2]) = _p.ledger.owed();
        books[3] = _p.vault.unclaimed();
        (books[4], books[5]) = _p.staking.owed(address(_token));
        (books[6], books[7], books[8]) = (_p.datanets.owed(), _p.models.owed(), _p.review.owed());
        books[9] = _p.review.creditOf(address(this));
        (books[10], books[11]) = (_token.totalSupply(), _token.balanceOf(address(this)));
        books[12] = _token.balanceOf(address(_reentrant));
        books[13] = _token.balanceOf(address(_p.ledger));
        books[14] = _token.balanceOf(address(_p.datanets));
        books[15] = _token.balanceOf(address(_p.models));
        books[16] = _token.balanceOf(address(_p.review));
        books[17] = _token.balanceOf(address(_p.staking));
        books[18] = _token.balanceOf(address(_till));
        books[19] = _token.balanceOf(address(_shares));
        return keccak256(abi.encode(books));
    }

    /// @param books As the outer call leaves them by itself.
    function _attack(Step memory outer, Step memory inner, bool isBefore, bytes32 books) private {
        uint256 snapshot = vm.snapshotState();
        string memory name = string.concat(inner.name, " during ", outer.name);
        _reentrant.arm(inner.target, inner.call, isBefore);
        (bool success, ) = outer.target.call(outer.call);
        assertTrue(success, name);
        // Of the vault's claims it is the ledger that pays these, and refuses; VaultReentrancy has those that the vault pays.
        if (outer.target == inner.target) {
            assertTrue(_reentrant.wasRefused(), name);
            // What only tills, the review or a claimer may call is refused as such before the guard is reached.
            bytes4 refusal = _reentrant.refusal();
            bool isRole = refusal == IRoyaltyLedger.NotTill.selector || refusal == IDatanetRegistry.NotReview.selector;
            bool isClaimer =
                refusal == IRoyaltyVault.NotClaimer.selector || refusal == IRoyaltyVault.NotDelegate.selector;
            if (!isRole && !isClaimer) assertEq(refusal, REENTRANT, name);
            assertEq(_books(), books, name);
        }
        _requireSolvent();
        _requireSharesSolvent();
        vm.revertToStateAndDelete(snapshot);
    }

    function _requireSharesSolvent() private view {
        uint256 owed =
            uint256(_shares.incomeOf(address(this), address(_token))) +
                _shares.incomeOf(address(_token), address(_token));
        assertGe(_token.balanceOf(address(_shares)), owed, "shares");
    }

    /// @dev Locks the contributor's position; the token holds a part of the shares.
    function _lock() private {
        RoyaltySharesFactory factory = new RoyaltySharesFactory(_p.positions);
        _p.positions.approve(address(factory), PositionId.unwrap(CONTRIBUTOR));
        IRoyaltyVault[] memory vaults = new IRoyaltyVault[](1);
        vaults[0] = _p.vault;
        _shares = RoyaltyShares(address(factory.createShares(CONTRIBUTOR, 100, "", "", vaults)));
        _shares.transfer(address(_reentrant), 40);
    }

    /// @dev A validator's pool with stake, on its way out in part, and with rewards in the token that calls back.
    function _stake() private {
        vm.prank(governance);
        _p.staking.addRewardToken(address(_reentrant));
        _reentrant.approve(address(_p.staking), type(uint256).max);
        _p.open.approve(address(_p.staking), type(uint256).max);
        _p.staking.openPool(IOperatorStaking.PoolKind.Validator, 1, 1_000);
        _p.staking.stake(POOL, 1e6);
        _unbonding = _p.staking.unbond(POOL, 0, 10);
        _p.staking.fund(POOL, address(_reentrant), 10_000);
        skip(1);
    }

    /// @dev One contribution for each step of a review; the contributor lost the first round of the one to appeal.
    function _dispute() private {
        _appealable = _contribute("appealable");
        RoundId round = _p.review.object(_appealable, Verdict.Malice, 0, "");
        bytes32 commitment = ReviewVotes.commitmentOf(
            block.chainid,
            address(_p.review),
            round,
            address(this),
            Verdict.Malice,
            "salt"
        );
        _p.review.commitVote(round, POOL, commitment);
        _copy = _contribute(ContentTree.rootOf(_repeated("copy")));
        _shown = _contribute(ContentTree.rootOf(_repeated("shown")));
        (bool success, ) = address(_p.review).call(_proof(_shown, "shown"));
        assertTrue(success, "shown");
        skip(_p.review.parameters().commitSeconds);
        _p.review.revealVote(round, POOL, Verdict.Malice, "salt");
        skip(_p.review.parameters().revealSeconds);
        _reentrant.refuse(address(this));
        _p.review.resolve(_credited);
        _reentrant.refuse(address(0));
        _objectable = _contribute("objectable");
    }

    function _repeated(bytes32 content) private pure returns (bytes32[] memory records) {
        records = new bytes32[](2);
        (records[0], records[1]) = (content, content);
    }

    /// @dev That a contribution's two records are the same.
    function _proof(ContributionId contribution, bytes32 content) private pure returns (bytes memory) {
        bytes32[] memory records = _repeated(content);
        return
            abi.encodeCall(
                IContributionReview.proveDuplicate,
                (contribution, 1, contribution, 0, content, ContentTree.open(records, 1), ContentTree.open(records, 0))
            );
    }

    /// @dev A claim for the treasury's position, whose owner signed for it.
    function _delegated() private view returns (IRoyaltyVault.DelegatedClaim[] memory items) {
        items = new IRoyaltyVault.DelegatedClaim[](1);
        items[0].claim = _accruedOnly(TREASURY)[0];
        uint256 nonce = _p.vault.delegationNonceOf(TREASURY);
        uint48 deadline = uint48(block.timestamp);
        items[0].delegation = IRoyaltyVault.Delegation(TREASURY, address(this), address(8), nonce, deadline);
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("Tributary RoyaltyVault"),
                keccak256("1"),
                block.chainid,
                address(_p.vault)
            )
        );
        bytes32 message = LedgerData.delegationHash(TREASURY, address(this), address(8), nonce, deadline);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(OWNER_KEY, keccak256(abi.encodePacked(hex"1901", domain, message)));
        items[0].signature = abi.encodePacked(r, s, v);
    }

    function _earn(PositionId position, uint128 amount) private {
        (PositionId[] memory to, uint128[] memory amounts) = _one(position, amount);
        _p.ledger.accrue(to, amounts);
    }

    function _one(
        PositionId position,
        uint128 amount
    ) private pure returns (PositionId[] memory positions, uint128[] memory amounts) {
        positions = new PositionId[](1);
        amounts = new uint128[](1);
        (positions[0], amounts[0]) = (position, amount);
    }

    function _listMoving() private {
        address ledger = address(_p.ledger);
        address vault = address(_p.vault);
        address datanets = address(_p.datanets);
        address models = address(_p.models);
        (PositionId[] memory to, uint128[] memory amounts) = _one(DEVELOPER, 10);
        _add("accrue", ledger, abi.encodeCall(IRoyaltyLedger.accrue, (to, amounts)));
        _add("claim", vault, abi.encodeCall(IRoyaltyVault.claim, (_accruedOnly(DEVELOPER))));
        _add("claimOne", vault, abi.encodeCall(IRoyaltyVault.claimOne, (DEVELOPER, 0, 0, "")));
        _add("claimTo", vault, abi.encodeCall(IRoyaltyVault.claimTo, (address(7), _accruedOnly(CURATOR))));
        _add("claimFor", vault, abi.encodeCall(IRoyaltyVault.claimFor, (_delegated())));
        _add("finalize", ledger, abi.encodeCall(IRoyaltyLedger.finalize, (_epochs[1])));
        _add("returnBond", ledger, abi.encodeCall(IRoyaltyLedger.returnBond, (_epochs[0], 1)));
        _add("propose", ledger, _proposal());
        _add(
            "contribute",
            datanets,
            abi.encodeCall(
                IDatanetRegistry.contribute,
                (DATANET, IDatanetRegistry.ContributionKind.Data, Root("third", 10), "MIT", "", 0)
            )
        );
        _add("accept", datanets, abi.encodeCall(IDatanetRegistry.accept, (ContributionId.wrap(2))));
        _add("payLicence", datanets, abi.encodeCall(IDatanetRegistry.payLicence, (DATANET, 500)));
        _add(
            "collectLicenceIncome",
            datanets,
            abi.encodeCall(IDatanetRegistry.collectLicenceIncome, (ContributionId.wrap(1)))
        );
        _add("withdraw", datanets, abi.encodeCall(IDatanetRegistry.withdraw, (ContributionId.wrap(1))));
        _add("register", models, abi.encodeCall(IModelRegistry.register, (_registration())));
        _add(
            "registerVersion",
            models,
            abi.encodeCall(IModelRegistry.registerVersion, (ModelId.wrap(1), _registration()))
        );
        _add(
            "commitIndex",
            models,
            abi.encodeCall(IModelRegistry.commitIndex, (ModelVersion.wrap(2), _method(), Root("index", 10), 0))
        );
        _add("returnIndexBond", models, abi.encodeCall(IModelRegistry.returnIndexBond, (VERSION)));
        _add("close", address(_till), abi.encodeCall(IModelTill.close, (VERSION, Root("receipts", 9_000), 5, 0)));
        _add("closePlain", address(_till), abi.encodeCall(IModelTill.closePlain, (VERSION)));
        _add("collect", address(_shares), abi.encodeCall(IRoyaltyShares.collect, (0, _accruedOnly(CONTRIBUTOR)[0])));
        _add("claimIncome", address(_shares), abi.encodeCall(IRoyaltyShares.claimIncome, (address(this))));
    }

    function _listReview() private {
        address review = address(_p.review);
        bytes memory objection = abi.encodeCall(IContributionReview.object, (_objectable, Verdict.Malice, 0, ""));
        _add("object", review, objection);
        _add("appeal", review, abi.encodeCall(IContributionReview.appeal, (_appealable)));
        _add("resolve", review, abi.encodeCall(IContributionReview.resolve, (_resolvable)));
        _add("proveDuplicate", review, _proof(_copy, "copy"));
        _add("settleDuplicate", review, abi.encodeCall(IContributionReview.settleDuplicate, (_shown, _shown)));
        RoundId round = RoundId.wrap(1);
        bytes memory vote = abi.encodeCall(IStakeVotes.commitVote, (round, POOL, "vote"));
        _others.push(Step("commitVote", review, vote));
        bytes memory reveal = abi.encodeCall(IContributionReview.revealVote, (round, POOL, Verdict.Keep, 0));
        _others.push(Step("revealVote", review, reveal));
        bytes memory slash = abi.encodeCall(IStakeVotes.slashUnrevealed, (round, POOL));
        _others.push(Step("slashUnrevealed", review, slash));
        _add("withdrawBond", review, abi.encodeCall(IContributionReview.withdrawBond, (address(this))));
        address datanets = address(_p.datanets);
        bytes memory rejection = abi.encodeCall(IDatanetRegistry.reject, (_copy, 0, address(7), 0));
        _others.push(Step("reject", datanets, rejection));
    }

    function _listStaking() private {
        address staking = address(_p.staking);
        address token = address(_reentrant);
        _add("fund", staking, abi.encodeCall(IOperatorStaking.fund, (POOL, token, 1_000)));
        _add("fundModel", staking, abi.encodeCall(IOperatorStaking.fundModel, (ModelId.wrap(1), token, 1_000)));
        bytes memory rewards = abi.encodeCall(IOperatorStaking.claimRewards, (POOL, 0, token, address(this)));
        _add("claimRewards", staking, rewards);
        _others.push(Step("stake", staking, abi.encodeCall(IOperatorStaking.stake, (POOL, 1))));
        _others.push(Step("unbond", staking, abi.encodeCall(IOperatorStaking.unbond, (POOL, 0, 1))));
        _others.push(Step("withdraw", staking, abi.encodeCall(IOperatorStaking.withdraw, (_unbonding))));
        bytes memory slash = abi.encodeCall(IOperatorStaking.slash, (0, POOL, 1, address(7), "case"));
        _others.push(Step("slash", staking, slash));
        bytes memory pool = abi.encodeCall(IOperatorStaking.openPool, (IOperatorStaking.PoolKind.Gateway, 0, 0));
        _others.push(Step("openPool", staking, pool));
        bytes memory models = abi.encodeCall(IOperatorStaking.openModelPool, (ModelId.wrap(1)));
        _others.push(Step("openModelPool", staking, models));
        bytes memory commission = abi.encodeCall(IOperatorStaking.announceCommission, (POOL, 0));
        _others.push(Step("announceCommission", staking, commission));
        _others.push(Step("addRewardToken", staking, abi.encodeCall(IOperatorStaking.addRewardToken, (address(7)))));
    }

    function _listOthers() private {
        address ledger = address(_p.ledger);
        SettlementId waiting = SettlementId.wrap(3);
        _others.push(Step("advance", ledger, abi.encodeCall(IRoyaltyLedger.advance, (1))));
        _others.push(Step("expire", ledger, abi.encodeCall(IRoyaltyLedger.expire, (waiting))));
        _others.push(Step("expirePlain", ledger, abi.encodeCall(IRoyaltyLedger.expirePlainIncome, (VERSION))));
        _others.push(Step("addPlainIncome", ledger, abi.encodeCall(IRoyaltyLedger.addPlainIncome, (VERSION, 5))));
        bytes memory opening = abi.encodeCall(IRoyaltyLedger.openSettlement, (VERSION, Root("r", 5), 5, 5));
        _others.push(Step("openSettlement", ledger, opening));
        bytes memory commit = abi.encodeCall(
            IRoyaltyLedger.commitSketches,
            (waiting, Root("sketches", 5), 0, _signed(waiting))
        );
        _others.push(Step("commitSketches", ledger, commit));
        address datanets = address(_p.datanets);
        bytes memory creation = abi.encodeCall(IDatanetRegistry.createDatanet, (_terms(), ""));
        _others.push(Step("createDatanet", datanets, creation));
        bytes memory bond = abi.encodeCall(IDatanetRegistry.returnBond, (ContributionId.wrap(1)));
        _others.push(Step("returnBond of datanets", datanets, bond));
        _others.push(Step("transfer", address(_shares), abi.encodeCall(IERC20.transfer, (address(7), 1))));
        bytes memory pull = abi.encodeCall(IERC20.transferFrom, (address(this), address(7), 0));
        _others.push(Step("transferFrom", address(_shares), pull));
        bytes memory redemption = abi.encodeCall(IRoyaltyShares.redeem, (address(7), new IERC20[](0)));
        _others.push(Step("redeem", address(_shares), redemption));
        bytes memory payment = abi.encodeCall(IRoyaltyShares.claimIncomeTo, (address(7)));
        _others.push(Step("claimIncomeTo", address(_shares), payment));
    }

    /// @dev A second proposal for the epoch that `finalize` is about to end.
    function _proposal() private view returns (bytes memory) {
        Root memory groups = Root("rival", _p.ledger.epochPools(_epochs[1]));
        return abi.encodeCall(IRoyaltyLedger.propose, (_epochs[1], groups, _payouts(_epochs[1], "rival"), 0));
    }

    function _add(string memory name, address target, bytes memory call) private {
        _moving.push(Step(name, target, call));
    }
}
