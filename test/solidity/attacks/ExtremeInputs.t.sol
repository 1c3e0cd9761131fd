// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {IContributionReview} from "../../../contracts/interfaces/IContributionReview.sol";
import {IDatanetRegistry} from "../../../contracts/interfaces/IDatanetRegistry.sol";
import {IModelRegistry} from "../../../contracts/interfaces/IModelRegistry.sol";
import {IModelTill} from "../../../contracts/interfaces/IModelTill.sol";
import {IOperatorStaking} from "../../../contracts/interfaces/IOperatorStaking.sol";
import {IRoyaltyLedger} from "../../../contracts/interfaces/IRoyaltyLedger.sol";
import {IRoyaltyPositions} from "../../../contracts/interfaces/IRoyaltyPositions.sol";
import {IRoyaltyVault} from "../../../contracts/interfaces/IRoyaltyVault.sol";
import {ITillFactory} from "../../../contracts/interfaces/ITillFactory.sol";
import {IStakeVotes} from "../../../contracts/interfaces/IStakeVotes.sol";
import {
    ContributionId,
    DatanetId,
    Epoch,
    ModelId,
    ModelVersion,
    PoolId,
    PositionId,
    RoundId,
    SettlementId
} from "../../../contracts/types/Ids.sol";
import {Method} from "../../../contracts/types/Method.sol";
import {Root} from "../../../contracts/types/Root.sol";
import {Verdict} from "../../../contracts/types/Verdict.sol";
import {NamedRefusals} from "../support/NamedRefusals.sol";
import {ProtocolFixture} from "../support/ProtocolFixture.sol";
import {PlainToken} from "../support/Tokens.sol";

/// @notice Every function that takes numbers, with the least and the greatest that they can be: it succeeds or says by name what is wrong, without a panic,
/// and all books still add up. Agents, positions and bindings are in ExtremeBindings.t.sol.
contract ExtremeInputsTest is ProtocolFixture, NamedRefusals {
    uint128 private constant MOST = type(uint128).max;

    PoolId private _pool;

    function setUp() public {
        _model(new PlainToken());
        _pool = _p.staking.openPool(IOperatorStaking.PoolKind.Attributor, 0, 0);
        _p.open.approve(address(_p.staking), type(uint256).max);
        _p.staking.stake(_pool, 1_000);
        _p.staking.fund(_pool, address(_p.open), 1_000);
        _token.transfer(address(_till), 100);
        _earn(100);
    }

    function test_EveryFunction_TakesZerosOrNamesWhatIsWrong() public {
        _callAll(0);
    }

    function test_EveryFunction_TakesTheGreatestOrNamesWhatIsWrong() public {
        _callAll(MOST);
    }

    /// @dev `n` for every number, cut to its width.
    function _callAll(uint128 n) private {
        _callClaims(n);
        _callVaultAndPositions(n);
        _callEpochs(n);
        _callSettlements(n);
        _callModels(n);
        _callDatanets(n);
        _callReview(n);
        _callStaking(n);
        _callTills(n);
        _requireSolvent();
    }

    function _callClaims(uint128 n) private {
        address to = address(_p.ledger);
        PositionId position = PositionId.wrap(uint64(n));
        PositionId[] memory positions = new PositionId[](2);
        uint128[] memory amounts = new uint128[](2);
        (positions[0], positions[1], amounts[0], amounts[1]) = (DEVELOPER, CURATOR, n, n);
        _try(to, "accrue", abi.encodeCall(IRoyaltyLedger.accrue, (positions, amounts)));
        (positions[0], positions[1]) = (position, position);
        _try(to, "accrue to", abi.encodeCall(IRoyaltyLedger.accrue, (positions, amounts)));
        _try(to, "accruedOf", abi.encodeCall(IRoyaltyLedger.accruedOf, (position)));
        vm.prank(address(_p.vault));
        _try(to, "payAccrued", abi.encodeCall(IRoyaltyLedger.payAccrued, (position, address(uint160(n)))));
        to = address(_p.vault);
        IRoyaltyVault.Claim[] memory claims = _accruedOnly(position);
        (claims[0].cumulative, claims[0].payloadHash) = (n, bytes32(uint256(n)));
        _try(to, "claim", abi.encodeCall(IRoyaltyVault.claim, (claims)));
        _try(to, "claimTo", abi.encodeCall(IRoyaltyVault.claimTo, (address(uint160(n)), claims)));
        claims[0].opening = "opening";
        claims[0].position = DEVELOPER;
        _try(to, "claim by opening", abi.encodeCall(IRoyaltyVault.claim, (claims)));
        _try(to, "claimOne", abi.encodeCall(IRoyaltyVault.claimOne, (position, n, bytes32(uint256(n)), "opening")));
        IRoyaltyVault.DelegatedClaim[] memory delegated = new IRoyaltyVault.DelegatedClaim[](1);
        delegated[0].claim = claims[0];
        delegated[0].delegation = IRoyaltyVault.Delegation(DEVELOPER, address(this), address(7), n, uint48(n));
        _try(to, "claimFor", abi.encodeCall(IRoyaltyVault.claimFor, (delegated)));
        _try(to, "setClaimer", abi.encodeCall(IRoyaltyVault.setClaimer, (position, address(uint160(n)))));
        _try(to, "revokeDelegations", abi.encodeCall(IRoyaltyVault.revokeDelegations, (position)));
        _try(to, "claimedOf", abi.encodeCall(IRoyaltyVault.claimedOf, (position)));
    }

    /// @dev As the contracts call each other.
    function _callVaultAndPositions(uint128 n) private {
        PositionId position = PositionId.wrap(uint64(n));
        uint256 snapshot = vm.snapshotState();
        vm.startPrank(address(_p.ledger));
        address to = address(_p.vault);
        _try(to, "setPayouts", abi.encodeCall(IRoyaltyVault.setPayouts, (Root(bytes32(uint256(n)), n))));
        _try(to, "vault's markDirect", abi.encodeCall(IRoyaltyVault.markDirect, (position)));
        vm.stopPrank();
        vm.startPrank(to);
        to = address(_p.positions);
        _try(to, "raiseTo", abi.encodeCall(IRoyaltyPositions.raiseTo, (position, n)));
        _try(to, "raise", abi.encodeCall(IRoyaltyPositions.raiseTo, (DEVELOPER, n)));
        _try(to, "markDirect", abi.encodeCall(IRoyaltyPositions.markDirect, (position)));
        vm.stopPrank();
        _try(to, "claimedOf", abi.encodeCall(IRoyaltyPositions.claimedOf, (position)));
        _try(to, "approve", abi.encodeCall(IERC721.approve, (address(uint160(n)), n)));
        _try(to, "transferFrom", abi.encodeCall(IERC721.transferFrom, (address(this), address(uint160(n)), n)));
        // No call of these contracts passes such values on.
        vm.revertToStateAndDelete(snapshot);
    }

    function _callEpochs(uint128 n) private {
        address to = address(_p.ledger);
        Epoch epoch = Epoch.wrap(uint64(n));
        Root memory root = Root(bytes32(uint256(n)), n);
        _try(to, "propose", abi.encodeCall(IRoyaltyLedger.propose, (epoch, root, root, root.hash)));
        _try(to, "finalize", abi.encodeCall(IRoyaltyLedger.finalize, (epoch)));
        _try(to, "returnBond", abi.encodeCall(IRoyaltyLedger.returnBond, (epoch, uint32(n))));
        _try(to, "groupOf", abi.encodeCall(IRoyaltyLedger.groupOf, (epoch, uint16(n))));
        _try(to, "epochAt", abi.encodeCall(IRoyaltyLedger.epochAt, (uint48(n))));
        _try(to, "epochEnd", abi.encodeCall(IRoyaltyLedger.epochEnd, (epoch)));
        _try(to, "proposalOf", abi.encodeCall(IRoyaltyLedger.proposalOf, (epoch, uint32(n))));
        vm.startPrank(governance);
        _try(to, "setBonds", abi.encodeCall(IRoyaltyLedger.setBonds, (n, uint16(n))));
        _try(to, "setProposerFee", abi.encodeCall(IRoyaltyLedger.setProposerFee, (n)));
        vm.stopPrank();
    }

    function _callSettlements(uint128 n) private {
        address to = address(_p.ledger);
        SettlementId settlement = SettlementId.wrap(uint64(n));
        ModelVersion version = ModelVersion.wrap(uint64(n));
        Root memory root = Root(bytes32(uint256(n)), n);
        _try(to, "commit", abi.encodeCall(IRoyaltyLedger.commitSketches, (settlement, root, 0, new bytes[](0))));
        _try(to, "advance", abi.encodeCall(IRoyaltyLedger.advance, (n)));
        _try(to, "expire", abi.encodeCall(IRoyaltyLedger.expire, (settlement)));
        _try(to, "expirePlainIncome", abi.encodeCall(IRoyaltyLedger.expirePlainIncome, (version)));
        vm.startPrank(address(_till));
        _try(to, "openSettlement", abi.encodeCall(IRoyaltyLedger.openSettlement, (version, root, uint32(n), n)));
        _try(to, "addPlainIncome", abi.encodeCall(IRoyaltyLedger.addPlainIncome, (version, n)));
        vm.stopPrank();
    }

    function _callModels(uint128 n) private {
        address to = address(_p.models);
        ModelVersion version = ModelVersion.wrap(uint64(n));
        IModelRegistry.Registration memory r = _registration();
        (r.royaltyBps, r.inputPrice, r.outputPrice) = (uint16(n), n, n);
        (r.split.treasury, r.split.gateway, r.split.curators) = (uint16(n), uint16(n), uint16(n));
        _try(to, "register", abi.encodeCall(IModelRegistry.register, (r)));
        r.split = _registration().split;
        r.royaltyBps = 0;
        r.parents = new ModelVersion[](1);
        r.parents[0] = version;
        _try(to, "register parent", abi.encodeCall(IModelRegistry.register, (r)));
        r.parents = new ModelVersion[](0);
        r.datanets[0] = DatanetId.wrap(uint64(n));
        _try(to, "register datanet", abi.encodeCall(IModelRegistry.register, (r)));
        _try(to, "registerVersion", abi.encodeCall(IModelRegistry.registerVersion, (ModelId.wrap(uint64(n)), r)));
        _try(to, "setPrice", abi.encodeCall(IModelRegistry.setPrice, (VERSION, n, n)));
        Method memory method = Method(uint16(n), uint16(n), uint16(n), uint32(n), uint32(n), uint16(n), bytes32(0));
        Root memory root = Root(bytes32(uint256(n)), n);
        _p.models.registerVersion(ModelId.wrap(1), _registration());
        ModelVersion next = ModelVersion.wrap(_p.models.versionCount());
        _try(to, "commitIndex method", abi.encodeCall(IModelRegistry.commitIndex, (next, method, root, 0)));
        _try(to, "commitIndex", abi.encodeCall(IModelRegistry.commitIndex, (next, _method(), root, 0)));
        _try(to, "returnIndexBond", abi.encodeCall(IModelRegistry.returnIndexBond, (version)));
        vm.startPrank(governance);
        _try(to, "setTreasury", abi.encodeCall(IModelRegistry.setTreasuryLeastBps, (uint16(n))));
        _try(to, "setIndexBond", abi.encodeCall(IModelRegistry.setIndexBond, (n)));
        vm.stopPrank();
    }

    function _callDatanets(uint128 n) private {
        address to = address(_p.datanets);
        IDatanetRegistry.Terms memory terms = _terms();
        (terms.bondPerRecord, terms.licenceFee) = (n, n);
        _try(to, "createDatanet", abi.encodeCall(IDatanetRegistry.createDatanet, (terms, "")));
        IDatanetRegistry.ContributionKind kind = IDatanetRegistry.ContributionKind.Data;
        DatanetId last = DatanetId.wrap(_p.datanets.datanetCount());
        Root memory root = Root("root", 1 << 24);
        _p.datanets.reserve(_p.datanets.reservationOf(address(this), last, root, 0));
        vm.roll(vm.getBlockNumber() + 1);
        _try(to, "contribute", abi.encodeCall(IDatanetRegistry.contribute, (last, kind, root, 0, "", 0)));
        root = Root(bytes32(uint256(n)), n);
        _try(to, "contribute root", abi.encodeCall(IDatanetRegistry.contribute, (DATANET, kind, root, 0, "", 0)));
        last = DatanetId.wrap(uint64(n));
        _try(to, "contribute to", abi.encodeCall(IDatanetRegistry.contribute, (last, kind, root, 0, "", 0)));
        _try(to, "reserve", abi.encodeCall(IDatanetRegistry.reserve, (root.hash)));
        _callContributions(n);
    }

    function _callContributions(uint128 n) private {
        address to = address(_p.datanets);
        ContributionId contribution = ContributionId.wrap(uint64(n));
        _try(to, "accept", abi.encodeCall(IDatanetRegistry.accept, (contribution)));
        _try(to, "returnBond", abi.encodeCall(IDatanetRegistry.returnBond, (contribution)));
        _try(to, "payLicence", abi.encodeCall(IDatanetRegistry.payLicence, (DATANET, n)));
        _try(to, "collect", abi.encodeCall(IDatanetRegistry.collectLicenceIncome, (contribution)));
        _try(to, "withdraw", abi.encodeCall(IDatanetRegistry.withdraw, (contribution)));
        _try(to, "acceptedAt", abi.encodeCall(IDatanetRegistry.acceptedAt, (DATANET, uint64(n))));
        vm.startPrank(address(_p.review));
        _try(to, "hold", abi.encodeCall(IDatanetRegistry.hold, (contribution)));
        _try(to, "release", abi.encodeCall(IDatanetRegistry.release, (contribution)));
        address by = address(uint160(n));
        _try(to, "reject", abi.encodeCall(IDatanetRegistry.reject, (contribution, uint16(n), by, uint16(n))));
        vm.stopPrank();
    }

    function _callReview(uint128 n) private {
        address to = address(_p.review);
        ContributionId id = ContributionId.wrap(uint64(n));
        RoundId round = RoundId.wrap(uint64(n));
        PoolId pool = PoolId.wrap(uint64(n));
        _contribute("reviewed");
        ContributionId last = ContributionId.wrap(_p.datanets.contributionCount());
        ContributionId first = ContributionId.wrap(1);
        bytes memory call = abi.encodeCall(
            IContributionReview.proveDuplicate,
            (last, uint64(n), first, uint64(n), bytes32(uint256(n)), "", "")
        );
        _try(to, "proveDuplicate", call);
        call = abi.encodeCall(IContributionReview.proveDuplicate, (id, 0, id, 1, "", "", ""));
        _try(to, "proveDuplicate of", call);
        _try(to, "settleDuplicate", abi.encodeCall(IContributionReview.settleDuplicate, (id, id)));
        _try(to, "object", abi.encodeCall(IContributionReview.object, (id, Verdict.Malice, "", "")));
        _try(to, "object to", abi.encodeCall(IContributionReview.object, (last, Verdict.Malice, "", "")));
        _try(to, "commitVote", abi.encodeCall(IStakeVotes.commitVote, (round, pool, bytes32(uint256(n)))));
        _try(to, "revealVote", abi.encodeCall(IContributionReview.revealVote, (round, pool, Verdict.Malice, "")));
        _try(to, "slash", abi.encodeCall(IStakeVotes.slashUnrevealed, (round, pool)));
        _try(to, "appeal", abi.encodeCall(IContributionReview.appeal, (id)));
        _try(to, "resolve", abi.encodeCall(IContributionReview.resolve, (id)));
        _try(to, "withdrawBond", abi.encodeCall(IContributionReview.withdrawBond, (address(uint160(n)))));
    }

    function _callStaking(uint128 n) private {
        address to = address(_p.staking);
        IOperatorStaking.PoolKind kind = IOperatorStaking.PoolKind.Validator;
        address open = address(_p.open);
        uint32 generation = uint32(n);
        PoolId pool = PoolId.wrap(uint64(n));
        _try(to, "openPool", abi.encodeCall(IOperatorStaking.openPool, (kind, uint64(n), uint16(n))));
        _try(to, "openPool bps", abi.encodeCall(IOperatorStaking.openPool, (kind, 1, uint16(n))));
        _try(to, "openModelPool", abi.encodeCall(IOperatorStaking.openModelPool, (ModelId.wrap(uint64(n)))));
        _try(to, "announce", abi.encodeCall(IOperatorStaking.announceCommission, (_pool, uint16(n))));
        _try(to, "stake", abi.encodeCall(IOperatorStaking.stake, (_pool, n)));
        _try(to, "stake in", abi.encodeCall(IOperatorStaking.stake, (pool, 1)));
        _try(to, "unbond", abi.encodeCall(IOperatorStaking.unbond, (_pool, 0, n)));
        _try(to, "unbond of", abi.encodeCall(IOperatorStaking.unbond, (_pool, generation, n)));
        _try(to, "withdraw", abi.encodeCall(IOperatorStaking.withdraw, (n)));
        _try(to, "fund", abi.encodeCall(IOperatorStaking.fund, (_pool, open, n)));
        _try(to, "fundModel", abi.encodeCall(IOperatorStaking.fundModel, (ModelId.wrap(1), open, n)));
        address account = address(uint160(n));
        _try(to, "claimRewards", abi.encodeCall(IOperatorStaking.claimRewards, (_pool, generation, open, account)));
        _try(to, "rewardsOf", abi.encodeCall(IOperatorStaking.rewardsOf, (_pool, generation, open, account)));
        _try(to, "stakeAt", abi.encodeCall(IOperatorStaking.stakeAt, (_pool, uint48(n))));
        vm.prank(governance);
        _try(to, "addRewardToken", abi.encodeCall(IOperatorStaking.addRewardToken, (account)));
        vm.startPrank(address(_p.review));
        _try(to, "slash", abi.encodeCall(IOperatorStaking.slash, (n, _pool, uint16(n), account, "")));
        _try(to, "slash bps", abi.encodeCall(IOperatorStaking.slash, (0, _pool, uint16(n), account, "")));
        vm.stopPrank();
    }

    function _callTills(uint128 n) private {
        ModelVersion version = ModelVersion.wrap(uint64(n));
        Root memory root = Root(bytes32(uint256(n)), n);
        bytes memory creation = abi.encodeCall(ITillFactory.createTill, (ModelId.wrap(uint64(n)), address(uint160(n))));
        _try(address(_p.tills), "createTill", creation);
        _try(address(_till), "close of", abi.encodeCall(IModelTill.close, (version, root, uint32(n), 0)));
        _try(address(_till), "close", abi.encodeCall(IModelTill.close, (VERSION, root, 5, 0)));
        _try(address(_till), "close count", abi.encodeCall(IModelTill.close, (VERSION, Root("r", 9), uint32(n), 0)));
        _try(address(_till), "closePlain of", abi.encodeCall(IModelTill.closePlain, (version)));
    }

    function _earn(uint128 amount) private {
        PositionId[] memory to = new PositionId[](1);
        uint128[] memory amounts = new uint128[](1);
        (to[0], amounts[0]) = (DEVELOPER, amount);
        _p.ledger.accrue(to, amounts);
    }
}
