// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IRegistryCoordinator} from "../../src/avs/IRegistryCoordinator.sol";
import {IStakeRegistry, StakeType} from "../../src/avs/IStakeRegistry.sol";
import {BlockHistory} from "../../src/avs/lib/BlockHistory.sol";
import {OperatorSet} from "../../src/restaking/OperatorSet.sol";
import {IStrategy} from "../../src/restaking/interfaces/IStrategy.sol";
import {AvsFixture, TestOperator} from "./support/AvsFixture.sol";

/// Quorum 0 counts all delegated ETH, quorum 1 the allocated token; quorum 2 both, for dual staking.
contract StakeRegistryTest is AvsFixture {
    function setUp() public override {
        super.setUp();
        IStakeRegistry.StrategyParams[] memory params = new IStakeRegistry.StrategyParams[](2);
        params[0] = IStakeRegistry.StrategyParams(ETH, 1e18);
        params[1] = IStakeRegistry.StrategyParams(strategy, 0.25e18);
        IRegistryCoordinator.OperatorSetParam memory limits = IRegistryCoordinator.OperatorSetParam(10, 11_000, 500);
        coordinator.createTotalDelegatedStakeQuorum(limits, 10 ether, params);
    }

    function quorumTypes() internal pure override returns (StakeType[] memory types) {
        types = new StakeType[](2);
        types[1] = StakeType.TOTAL_SLASHABLE;
    }

    /// weight = sum of shares * multiplier / 1e18, whatever the multipliers.
    function testFuzz_Weight_IsTheWeightedSum(uint96 eth, uint96 tokens, uint64 first, uint64 second) public {
        uint256 ethStake = bound(eth, 1, 1_000 ether);
        uint256 tokenStake = bound(tokens, 1 gwei, 1_000 ether);
        uint96[] memory multipliers = new uint96[](2);
        multipliers[0] = uint96(bound(first, 0, 10e18));
        multipliers[1] = uint96(bound(second, 0, 10e18));
        stakes.modifyStrategyParams(2, _indices(0, 1), multipliers);
        TestOperator memory operator = newOperator(1);
        registerCoreOperator(operator.account, ethStake, tokenStake);
        uint256 expected = ethStake * multipliers[0] / 1e18 + tokenStake * multipliers[1] / 1e18;
        assertEq(stakes.weightOfOperatorForQuorum(2, operator.account), expected, "weight");
    }

    function test_DualStaking_EitherStrategyCounts() public {
        TestOperator memory operator = newOperator(1);
        registerCoreOperator(operator.account, 6 ether, 12 ether);
        (uint96 weight, uint96 minimum, address[] memory list, uint256[] memory shares) =
            stakes.missingStake(2, operator.account);
        assertTrue(weight == 9 ether && minimum == 10 ether, "one short");
        assertTrue(list[0] == address(ETH) && shares[0] == 6 ether, "ETH");
        assertTrue(list[1] == address(strategy) && shares[1] == 12 ether, "token");
        vm.expectRevert(
            bytes("StakeRegistry.registerOperator: Operator does not meet minimum stake requirement for quorum")
        );
        this.joinExternally(operator, hex"02");
        // Four of the token weigh one ETH.
        delegateFrom(address(0xA11CE), operator.account, 0, 4 ether);
        join(operator, hex"02");
        assertEq(stakes.getCurrentStake(operator.id, 2), 10 ether, "weight");
    }

    function test_DelegatedQuorum_NeedsNoAllocation() public {
        TestOperator memory operator = newOperator(1);
        registerCoreOperator(operator.account, 6 ether, 0);
        join(operator, hex"00");
        assertEq(stakes.getCurrentStake(operator.id, 0), 6 ether, "weight");
        vm.expectRevert(abi.encodeWithSelector(IStakeRegistry.QuorumNotSlashable.selector, 0));
        stakes.setSlashableStakeLookahead(0, 5);
    }

    function test_History_SaysWhatWasTrue() public {
        TestOperator memory operator = joinedOperator(1, 6 ether, 0, hex"00");
        uint32 first = uint32(block.number);
        vm.roll(first + 10);
        delegateFrom(address(0xA11CE), operator.account, 2 ether, 0);
        _update(operator);
        vm.roll(first + 20);
        depart(operator, hex"00");
        vm.roll(first + 30);

        assertEq(stakes.getStakeAtBlockNumber(operator.id, 0, first - 1), 0, "before");
        assertEq(stakes.getStakeAtBlockNumber(operator.id, 0, first), 6 ether, "at once");
        assertEq(stakes.getStakeAtBlockNumber(operator.id, 0, first + 9), 6 ether, "until the change");
        assertEq(stakes.getStakeAtBlockNumber(operator.id, 0, first + 10), 8 ether, "from the change");
        assertEq(stakes.getStakeAtBlockNumber(operator.id, 0, first + 25), 0, "after leaving");
        assertEq(stakes.getStakeUpdateIndexAtBlockNumber(operator.id, 0, first + 19), 1, "index");
        assertEq(stakes.getStakeAtBlockNumberAndIndex(0, first + 19, operator.id, 1), 8 ether, "by index");
        vm.expectRevert(abi.encodeWithSelector(BlockHistory.WrongEntryForBlock.selector, 1, first + 20));
        stakes.getStakeAtBlockNumberAndIndex(0, first + 20, operator.id, 1);
        vm.expectRevert(abi.encodeWithSelector(BlockHistory.WrongEntryForBlock.selector, 3, first));
        stakes.getStakeAtBlockNumberAndIndex(0, first, operator.id, 3);
        vm.expectRevert(abi.encodeWithSelector(BlockHistory.NoEntryAtBlock.selector, first - 1));
        stakes.getStakeUpdateIndexAtBlockNumber(operator.id, 0, first - 1);
        assertEq(stakes.getStakeHistory(operator.id, 0).length, 3, "entries");
        assertEq(stakes.getStakeHistoryLength(operator.id, 0), 3, "their number");
        assertEq(stakes.getLatestStakeUpdate(operator.id, 0).updateBlockNumber, first + 20, "newest");
        assertEq(stakes.getStakeUpdateAtIndex(0, operator.id, 0).nextUpdateBlockNumber, first + 10, "oldest");
        uint32 total = stakes.getTotalStakeIndicesAtBlockNumber(first + 15, hex"00")[0];
        assertEq(stakes.getTotalStakeAtBlockNumberFromIndex(0, first + 15, total), 8 ether, "total");
        assertEq(stakes.getTotalStakeUpdateAtIndex(0, total).stake, 8 ether, "its entry");
        assertEq(stakes.getTotalStakeHistoryLength(0), 4, "totals");
        assertEq(stakes.getLatestStakeUpdate(bytes32(uint256(1)), 0).stake, 0, "of nobody");
    }

    function test_Strategies_AreTheOwnersAndFollowedByTheCore() public {
        IStakeRegistry.StrategyParams[] memory added = new IStakeRegistry.StrategyParams[](1);
        added[0] = IStakeRegistry.StrategyParams(strategy, 2e18);
        vm.prank(address(0xbad));
        vm.expectRevert(IStakeRegistry.OnlyCoordinatorOwner.selector);
        stakes.addStrategies(0, added);
        stakes.addStrategies(0, added);
        OperatorSet memory set = OperatorSet(address(manager), 0);
        assertEq(allocations.getStrategiesInOperatorSet(set).length, 2, "in the core");
        vm.expectRevert(abi.encodeWithSelector(IStakeRegistry.DuplicateStrategy.selector, strategy));
        stakes.addStrategies(0, added);
        added[0] = IStakeRegistry.StrategyParams(IStrategy(address(77)), 0);
        vm.expectRevert(abi.encodeWithSelector(IStakeRegistry.ZeroMultiplier.selector, address(77)));
        stakes.addStrategies(0, added);
        vm.expectRevert(IStakeRegistry.NoStrategies.selector);
        stakes.addStrategies(0, new IStakeRegistry.StrategyParams[](0));
        vm.expectRevert(abi.encodeWithSelector(IStakeRegistry.QuorumDoesNotExist.selector, 9));
        stakes.addStrategies(9, added);

        vm.expectRevert(IStakeRegistry.IndicesNotDescending.selector);
        stakes.removeStrategies(0, _indices(0, 1));
        uint256[] memory index = new uint256[](1);
        stakes.removeStrategies(0, index);
        assertTrue(address(stakes.strategyParamsByIndex(0, 0).strategy) == address(strategy), "the last moved up");
        assertEq(stakes.strategyParamsByIndex(0, 0).multiplier, 2e18, "with its multiplier");
        assertEq(address(allocations.getStrategiesInOperatorSet(set)[0]), address(strategy), "in the core too");
        vm.expectRevert(IStakeRegistry.InputLengthMismatch.selector);
        stakes.modifyStrategyParams(0, index, new uint96[](2));
    }

    function test_Strategies_AreAtMostThirtyTwo() public {
        IStakeRegistry.StrategyParams[] memory many = new IStakeRegistry.StrategyParams[](31);
        for (uint160 i = 0; i < 31; i++) {
            many[i] = IStakeRegistry.StrategyParams(IStrategy(address(1_000 + i)), 1);
        }
        stakes.addStrategies(0, many);
        IStakeRegistry.StrategyParams[] memory another = new IStakeRegistry.StrategyParams[](1);
        another[0] = IStakeRegistry.StrategyParams(IStrategy(address(5)), 1);
        vm.expectRevert(IStakeRegistry.TooManyStrategies.selector);
        stakes.addStrategies(0, another);
    }

    function test_Minimum_CountsFromTheNextUpdate() public {
        TestOperator memory operator = joinedOperator(1, 6 ether, 0, hex"00");
        stakes.setMinimumStakeForQuorum(0, 6 ether + 1);
        assertTrue(indexInUse(0, operator), "still in");
        _update(operator);
        assertTrue(!indexInUse(0, operator), "out");
    }

    function test_Registries_ListenToTheCoordinatorAlone() public {
        vm.expectRevert(IStakeRegistry.OnlyRegistryCoordinator.selector);
        stakes.registerOperator(address(1), 0, hex"00");
        vm.expectRevert(IStakeRegistry.OnlyRegistryCoordinator.selector);
        stakes.deregisterOperator(0, hex"00");
        vm.expectRevert(IStakeRegistry.OnlyRegistryCoordinator.selector);
        stakes.updateOperatorStake(address(1), 0, hex"00");
        vm.expectRevert(IStakeRegistry.OnlyRegistryCoordinator.selector);
        indices.registerOperator(0, hex"00");
        vm.expectRevert(IStakeRegistry.OnlyRegistryCoordinator.selector);
        indices.deregisterOperator(0, hex"00");
        vm.expectRevert(IStakeRegistry.OnlyRegistryCoordinator.selector);
        indices.initializeQuorum(7);
        vm.expectRevert(IStakeRegistry.OnlyRegistryCoordinator.selector);
        apks.deregisterOperator(address(1), hex"00");
        vm.expectRevert(IStakeRegistry.OnlyRegistryCoordinator.selector);
        apks.initializeQuorum(7);
    }

    function joinExternally(TestOperator memory operator, bytes memory quorums) external {
        join(operator, quorums);
    }

    function _update(TestOperator memory operator) private {
        address[] memory accounts = new address[](1);
        accounts[0] = operator.account;
        coordinator.updateOperators(accounts);
    }

    function _indices(uint256 a, uint256 b) private pure returns (uint256[] memory list) {
        list = new uint256[](2);
        (list[0], list[1]) = (a, b);
    }
}
