// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {OperatorSet} from "../../src/restaking/OperatorSet.sol";
import {IAllocationManager} from "../../src/restaking/interfaces/IAllocationManager.sol";
import {IDelegationManager} from "../../src/restaking/interfaces/IDelegationManager.sol";
import {IStrategy} from "../../src/restaking/interfaces/IStrategy.sol";
import {Registrar} from "./support/Registrar.sol";
import {RestakingFixture} from "./support/RestakingFixture.sol";

/// What a slash reaches, and what it does not.
contract SlashingTest is RestakingFixture {
    address private constant ALICE = address(0xA11CE);
    address private constant BOB = address(0xB0B);
    address private constant OP = address(0x0101);
    address private constant BURN = 0x00000000000000000000000000000000000E16E4;
    address private _avs;

    function setUp() public {
        _deployCore();
        _avs = address(new Registrar());
        _operator(OP);
        IStrategy[] memory members = new IStrategy[](2);
        (members[0], members[1]) = (strategy, ETH);
        _createSet(_avs, 0, members);
        _join(OP, _avs, 0);
        _allocate(OP, _avs, 0, strategy, ONE);
        _allocate(OP, _avs, 0, ETH, ONE / 2);
    }

    function test_aSlashTakesTheSamePartOfEveryStaker() public {
        _deposit(ALICE, 300 ether);
        _deposit(BOB, 100 ether);
        _delegate(ALICE, OP);
        _delegate(BOB, OP);
        _slash(_avs, OP, 0, strategy, 0.25e18);
        assertEq(_withdrawable(ALICE, strategy), 225 ether, "Alice");
        assertEq(_withdrawable(BOB, strategy), 75 ether, "Bob");
        assertEq(delegation.operatorShares(OP, strategy), 300 ether, "operator");
        assertEq(strategies.getBurnableShares(strategy), 100 ether, "burnable");
        assertEq(strategies.stakerDepositShares(ALICE, strategy), 300 ether, "deposit shares stay");
    }

    function test_aSlashIsPartOfTheAllocationNotOfTheStake() public {
        _depositEth(ALICE, 8 ether);
        _delegate(ALICE, OP);
        // Half of the magnitude is allocated; half of that is lost.
        _slash(_avs, OP, 0, ETH, 0.5e18);
        assertEq(_withdrawable(ALICE, ETH), 6 ether, "a quarter is gone");
        assertEq(allocations.getMaxMagnitude(OP, ETH), 0.75e18, "maximal magnitude");
        assertEq(allocations.getAllocation(OP, OperatorSet(_avs, 0), ETH).currentMagnitude, 0.25e18, "allocation");
        assertEq(allocations.getEncumberedMagnitude(OP, ETH), 0.25e18, "encumbered");
    }

    function test_slashedStakeIsBurntByAnybodyAndNotTwice() public {
        _deposit(ALICE, 100 ether);
        _depositEth(ALICE, 10 ether);
        _delegate(ALICE, OP);
        _slash(_avs, OP, 0, strategy, 0.5e18);
        _slash(_avs, OP, 0, ETH, 1e18);
        (address[] memory burning, uint256[] memory shares) = strategies.getStrategiesWithBurnableShares();
        assertEq(burning.length, 1, "one token");
        assertEq(burning[0], address(strategy), "its strategy");
        assertEq(shares[0], 50 ether, "its shares");
        strategies.burnShares(strategy);
        nativeEth.burnShares(ETH);
        strategies.burnShares(strategy);
        nativeEth.burnShares(ETH);
        assertEq(token.balanceOf(BURN), 50 ether, "tokens burnt");
        assertEq(BURN.balance, 5 ether, "ETH burnt");
        assertEq(_withdrawable(ALICE, strategy), 50 ether, "Alice keeps the rest");
        IDelegationManager.Withdrawal memory tokens = _queue(ALICE, strategy, 100 ether);
        IDelegationManager.Withdrawal memory eth = _queue(ALICE, ETH, 10 ether);
        _pass(WITHDRAWAL_DELAY + 1);
        _complete(tokens, address(token), true);
        _complete(eth, address(0), true);
        assertEq(token.balanceOf(ALICE), 50 ether, "tokens paid");
        assertEq(ALICE.balance, 5 ether, "ETH paid");
        assertEq(token.balanceOf(address(strategy)), 0, "nothing left over");
    }

    function test_aWithdrawalIsSlashedUntilTheLastBlockOfItsDelay() public {
        _deposit(ALICE, 100 ether);
        _delegate(ALICE, OP);
        IDelegationManager.Withdrawal memory withdrawal = _queue(ALICE, strategy, 100 ether);
        assertEq(delegation.getSlashableSharesInQueue(OP, strategy), 100 ether, "within reach");
        _pass(WITHDRAWAL_DELAY);
        assertEq(delegation.getSlashableSharesInQueue(OP, strategy), 100 ether, "in the last block");
        _slash(_avs, OP, 0, strategy, 0.4e18);
        assertEq(strategies.getBurnableShares(strategy), 40 ether, "burnable");
        _pass(1);
        assertEq(delegation.getSlashableSharesInQueue(OP, strategy), 0, "out of reach");
        _complete(withdrawal, address(token), true);
        assertEq(token.balanceOf(ALICE), 60 ether, "slashed in the queue");
    }

    function test_aSlashAfterTheDelayDoesNotReachTheWithdrawal() public {
        _deposit(ALICE, 100 ether);
        _delegate(ALICE, OP);
        IDelegationManager.Withdrawal memory withdrawal = _queue(ALICE, strategy, 100 ether);
        _pass(WITHDRAWAL_DELAY + 1);
        _slash(_avs, OP, 0, strategy, 1e18);
        assertEq(strategies.getBurnableShares(strategy), 0, "nothing to burn");
        _complete(withdrawal, address(token), true);
        assertEq(token.balanceOf(ALICE), 100 ether, "all of it");
    }

    function test_aSlashInTheBlockOfQueueingReachesTheWithdrawal() public {
        _deposit(ALICE, 100 ether);
        _delegate(ALICE, OP);
        IDelegationManager.Withdrawal memory withdrawal = _queue(ALICE, strategy, 100 ether);
        _slash(_avs, OP, 0, strategy, 0.5e18);
        (, uint256[][] memory shares) = delegation.getQueuedWithdrawals(ALICE);
        assertEq(shares[0][0], 50 ether, "shown at once");
        _pass(WITHDRAWAL_DELAY + 1);
        _complete(withdrawal, address(token), true);
        assertEq(token.balanceOf(ALICE), 50 ether, "half");
    }

    function test_undelegationIsNoWayOutOfASlash() public {
        _deposit(ALICE, 100 ether);
        _delegate(ALICE, OP);
        vm.prank(ALICE);
        bytes32[] memory roots = delegation.undelegate(ALICE);
        IDelegationManager.Withdrawal memory withdrawal = delegation.getQueuedWithdrawal(roots[0]);
        _pass(50);
        _slash(_avs, OP, 0, strategy, 0.9e18);
        _pass(51);
        _complete(withdrawal, address(token), true);
        assertEq(token.balanceOf(ALICE), 10 ether, "slashed");
    }

    function test_whoComesLaterIsNotSlashedForThePast() public {
        _deposit(ALICE, 100 ether);
        _delegate(ALICE, OP);
        _slash(_avs, OP, 0, strategy, 0.5e18);
        _deposit(BOB, 100 ether);
        _delegate(BOB, OP);
        assertEq(_withdrawable(BOB, strategy), 100 ether, "Bob has what he brought");
        _deposit(ALICE, 50 ether);
        // Factors have 18 digits, and are rounded down.
        assertAtMost(_withdrawable(ALICE, strategy), 100 ether, "no more than she had and added");
        assertAtMost(100 ether - _withdrawable(ALICE, strategy), 150, "but for one part in 1e18");
        assertEq(delegation.operatorShares(OP, strategy), 200 ether, "operator");
        _slash(_avs, OP, 0, strategy, 0.5e18);
        assertEq(_withdrawable(BOB, strategy), 50 ether, "the next one reaches him");
    }

    function test_anOperatorThatLostAllTakesNoMoreOfIt() public {
        _deposit(ALICE, 10 ether);
        _delegate(ALICE, OP);
        _slash(_avs, OP, 0, strategy, 1e18);
        assertEq(_withdrawable(ALICE, strategy), 0, "all gone");
        _give(ALICE, 1 ether);
        vm.startPrank(ALICE);
        token.approve(address(strategies), 1 ether);
        vm.expectRevert(IDelegationManager.FullySlashed.selector);
        strategies.depositIntoStrategy(strategy, token, 1 ether);
        delegation.undelegate(ALICE);
        strategies.depositIntoStrategy(strategy, token, 1 ether);
        vm.stopPrank();
        assertEq(_withdrawable(ALICE, strategy), 1 ether, "a fresh start");
    }

    function test_onlyTheAvsAndItsAppointeesSlash() public {
        IAllocationManager.SlashingParams memory params =
            IAllocationManager.SlashingParams(OP, 0, _one(strategy), _one(uint256(0.1e18)), "");
        vm.prank(BOB);
        vm.expectRevert();
        allocations.slashOperator(_avs, params);
        vm.prank(_avs);
        permissions.setAppointee(_avs, BOB, address(allocations), IAllocationManager.slashOperator.selector);
        vm.prank(BOB);
        allocations.slashOperator(_avs, params);
        assertEq(allocations.getMaxMagnitude(OP, strategy), 0.9e18, "slashed");
    }

    function test_aSlashNamesWhatItTakes() public {
        vm.startPrank(_avs);
        IAllocationManager.SlashingParams memory params =
            IAllocationManager.SlashingParams(OP, 1, _one(strategy), _one(uint256(1e18)), "");
        vm.expectRevert(IAllocationManager.InvalidOperatorSet.selector);
        allocations.slashOperator(_avs, params);
        params.operatorSetId = 0;
        params.wadsToSlash[0] = 0;
        vm.expectRevert(IAllocationManager.InvalidWadToSlash.selector);
        allocations.slashOperator(_avs, params);
        params.wadsToSlash[0] = 1e18 + 1;
        vm.expectRevert(IAllocationManager.InvalidWadToSlash.selector);
        allocations.slashOperator(_avs, params);
        params.wadsToSlash = new uint256[](2);
        vm.expectRevert(IAllocationManager.InputArrayLengthMismatch.selector);
        allocations.slashOperator(_avs, params);
        params.strategies = new IStrategy[](2);
        (params.strategies[0], params.strategies[1]) = (strategy, strategy);
        (params.wadsToSlash[0], params.wadsToSlash[1]) = (1, 1);
        vm.expectRevert(IAllocationManager.StrategiesMustBeInAscendingOrder.selector);
        allocations.slashOperator(_avs, params);
        params.operator = ALICE;
        vm.expectRevert(IAllocationManager.OperatorNotSlashable.selector);
        allocations.slashOperator(_avs, params);
        vm.stopPrank();
    }

    function test_deallocatedAndDepartedStakeStaysSlashableForTheDelay() public {
        _deposit(ALICE, 100 ether);
        _delegate(ALICE, OP);
        _allocate(OP, _avs, 0, strategy, 0);
        _leave(OP, OP, _avs, 0);
        _pass(DEALLOCATION_DELAY);
        _slash(_avs, OP, 0, strategy, 0.5e18);
        assertEq(_withdrawable(ALICE, strategy), 50 ether, "slashed in the last block");
        _pass(1);
        vm.prank(_avs);
        vm.expectRevert(IAllocationManager.OperatorNotSlashable.selector);
        allocations.slashOperator(
            _avs, IAllocationManager.SlashingParams(OP, 0, _one(strategy), _one(uint256(1e18)), "")
        );
        assertEq(allocations.getAllocatableMagnitude(OP, strategy), 0.5e18, "free again, what is left");
    }

    function test_aSlashShrinksAPendingDeallocation() public {
        _allocate(OP, _avs, 0, strategy, 0.4e18);
        _slash(_avs, OP, 0, strategy, 0.5e18);
        IAllocationManager.Allocation memory allocation =
            allocations.getAllocation(OP, OperatorSet(_avs, 0), strategy);
        assertEq(allocation.currentMagnitude, 0.5e18, "current");
        assertTrue(allocation.pendingDiff == -0.3e18, "pending");
        _pass(DEALLOCATION_DELAY + 1);
        allocation = allocations.getAllocation(OP, OperatorSet(_avs, 0), strategy);
        assertEq(allocation.currentMagnitude, 0.2e18, "after the delay");
        assertEq(allocations.getAllocatableMagnitude(OP, strategy), 0.3e18, "free");
    }

    function test_removedStrategiesAreNotSlashable() public {
        vm.startPrank(_avs);
        allocations.removeStrategiesFromOperatorSet(_avs, 0, _one(strategy));
        vm.expectRevert(IAllocationManager.StrategyNotInOperatorSet.selector);
        allocations.slashOperator(
            _avs, IAllocationManager.SlashingParams(OP, 0, _one(strategy), _one(uint256(1e18)), "")
        );
        vm.stopPrank();
        _allocate(OP, _avs, 0, strategy, 0);
        assertEq(allocations.getAllocatableMagnitude(OP, strategy), ONE, "nobody needs to wait");
    }

    /// Rounding: whatever is slashed, nobody gets more out than is there.
    function testFuzz_repeatedSlashesStayCovered(uint256[4] memory wads, uint96[3] memory amounts) public {
        address[3] memory people = [ALICE, BOB, address(0xCA)];
        for (uint256 i = 0; i < 3; i++) {
            _deposit(people[i], bound(amounts[i], 1, 1e24));
            _delegate(people[i], OP);
        }
        IDelegationManager.Withdrawal memory early = _queue(BOB, strategy, strategies.stakerDepositShares(BOB, strategy));
        for (uint256 i = 0; i < 4 && allocations.getMaxMagnitude(OP, strategy) > 0; i++) {
            _slash(_avs, OP, 0, strategy, bound(wads[i], 1, 1e18));
            if (allocations.getMaxMagnitude(OP, strategy) > 0) _deposit(people[0], bound(amounts[i % 3], 1, 1e24));
        }
        (IDelegationManager.Withdrawal[] memory queued, uint256[][] memory inQueue) =
            delegation.getQueuedWithdrawals(BOB);
        assertEq(queued.length, 1, "one waits");
        uint256 claims = _withdrawable(ALICE, strategy) + _withdrawable(people[2], strategy);
        assertAtMost(claims, delegation.operatorShares(OP, strategy), "operator shares cover the stakers");
        assertAtMost(
            claims + inQueue[0][0] + strategies.getBurnableShares(strategy),
            strategy.totalShares(),
            "shares cover all claims"
        );
        _pass(WITHDRAWAL_DELAY + 1);
        _complete(early, address(token), true);
        strategies.burnShares(strategy);
    }
}
