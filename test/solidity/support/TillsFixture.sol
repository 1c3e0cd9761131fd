// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IOperatorStaking} from "../../../contracts/interfaces/IOperatorStaking.sol";
import {IModelRegistry} from "../../../contracts/interfaces/IModelRegistry.sol";
import {IRoyaltyLedger} from "../../../contracts/interfaces/IRoyaltyLedger.sol";
import {ModelTill} from "../../../contracts/payments/ModelTill.sol";
import {TillFactory} from "../../../contracts/payments/TillFactory.sol";
import {ModelId, ModelVersion, PositionId, SettlementId} from "../../../contracts/types/Ids.sol";
import {Root} from "../../../contracts/types/Root.sol";
import {ModelsFixture} from "./ModelsFixture.sol";

/// @notice The functions of a ledger that tills call: takes what it is given and remembers for whom.
contract LedgerStandIn {
    IERC20 public immutable token;
    mapping(PositionId => uint256) public accruedTo;
    mapping(ModelVersion => uint256) public plainIncomeOf;
    uint64 public settlementCount;
    uint128 public lastPool;
    uint32 public lastCount;
    ModelVersion public lastVersion;
    Root public lastReceipts;
    uint256 public plainCalls;

    constructor(IERC20 token_) {
        token = token_;
    }

    function treasuryPosition() external pure returns (PositionId) {
        return PositionId.wrap(1);
    }

    function accrue(PositionId[] calldata positions, uint128[] calldata amounts) external {
        uint256 total;
        for (uint256 i; i < positions.length; ++i) {
            accruedTo[positions[i]] += amounts[i];
            total += amounts[i];
        }
        _take(total);
    }

    function openSettlement(
        ModelVersion version,
        Root calldata receipts,
        uint32 count,
        uint128 pool
    ) external returns (SettlementId) {
        (lastVersion, lastReceipts, lastCount, lastPool) = (version, receipts, count, pool);
        _take(pool);
        return SettlementId.wrap(++settlementCount);
    }

    function addPlainIncome(ModelVersion version, uint128 amount) external {
        ++plainCalls;
        plainIncomeOf[version] += amount;
        _take(amount);
    }

    function _take(uint256 amount) private {
        // solhint-disable-next-line gas-custom-errors
        require(token.transferFrom(msg.sender, address(this), amount));
    }
}

/// @notice The functions of staking that tills call: takes the stakers' parts in the tokens that a test lists, and remembers them.
contract RewardsStandIn {
    mapping(address token => bool) public isRewardToken;
    mapping(ModelId => mapping(address token => uint256)) public fundedOf;

    function setRewardToken(address token, bool listed) external {
        isRewardToken[token] = listed;
    }

    function fundModel(ModelId model, address token, uint128 amount) external {
        if (!isRewardToken[token]) revert IOperatorStaking.NotRewardToken(token);
        fundedOf[model][token] += amount;
        // solhint-disable-next-line gas-custom-errors
        require(IERC20(token).transferFrom(msg.sender, address(this), amount));
    }
}

/// @notice A model with a usable index on two datanets, its till, and a ledger and staking that remember what they get.
abstract contract TillsFixture is ModelsFixture {
    PositionId internal constant DEVELOPER_POSITION = PositionId.wrap(4);
    ModelId internal constant MODEL = ModelId.wrap(1);

    address internal immutable _gateway = makeAddr("gateway");

    LedgerStandIn internal _ledger;
    RewardsStandIn internal _staking;
    TillFactory internal _tills;
    ModelTill internal _till;
    ModelVersion internal _version;

    function setUp() public virtual override {
        super.setUp();
        _ledger = new LedgerStandIn(_token);
        _staking = new RewardsStandIn();
        _staking.setRewardToken(address(_token), true);
        _tills = new TillFactory(address(_deployTill()), _models);
        IModelRegistry.Registration memory r = _registration();
        r.datanets = _list(PAID, FREE);
        _version = _usable(r);
        _till = _tillOf(MODEL);
    }

    function _deployTill() internal returns (ModelTill) {
        return new ModelTill(IRoyaltyLedger(address(_ledger)), _models, IOperatorStaking(address(_staking)));
    }

    /// @dev Registers a model whose index can be used.
    function _usable(IModelRegistry.Registration memory r) internal returns (ModelVersion version) {
        version = _register(r);
        _commitIndex(version);
        vm.warp(block.timestamp + INDEX_WINDOW);
    }

    function _tillOf(ModelId model) internal returns (ModelTill) {
        return ModelTill(_tills.createTill(model, _gateway));
    }

    function _receipts(uint128 fee) internal pure returns (Root memory) {
        return Root(keccak256("receipts"), fee);
    }
}
