// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IOperatorAllowlist} from "../../src/avs/IOperatorAllowlist.sol";
import {IServiceManager} from "../../src/avs/IServiceManager.sol";
import {Permissioned} from "../../src/restaking/Permissioned.sol";
import {IAVSDirectory} from "../../src/restaking/interfaces/IAVSDirectory.sol";
import {IAllocationManager} from "../../src/restaking/interfaces/IAllocationManager.sol";
import {IRewardsCoordinator} from "../../src/restaking/interfaces/IRewardsCoordinator.sol";
import {AvsFixture, TestOperator} from "./support/AvsFixture.sol";

contract ServiceManagerTest is AvsFixture {
    function test_Rewards_PassThroughAndLeaveNothing() public {
        _give(address(this), 30 ether);
        token.approve(address(manager), 30 ether);
        // Two submissions of one token in one call: the allowance must cover both.
        IRewardsCoordinator.RewardsSubmission[] memory submissions = new IRewardsCoordinator.RewardsSubmission[](2);
        for (uint256 i = 0; i < 2; i++) {
            IRewardsCoordinator.StrategyAndMultiplier[] memory list =
                new IRewardsCoordinator.StrategyAndMultiplier[](1);
            list[0] = IRewardsCoordinator.StrategyAndMultiplier(ETH, 1e18);
            submissions[i] = IRewardsCoordinator.RewardsSubmission(
                list, token, 10 ether * (i + 1), uint32(block.timestamp / INTERVAL * INTERVAL), INTERVAL
            );
        }
        vm.prank(address(0xbad));
        vm.expectRevert(IServiceManager.OnlyRewardsInitiator.selector);
        manager.createAVSRewardsSubmission(submissions);
        manager.createAVSRewardsSubmission(submissions);
        assertEq(token.balanceOf(address(rewards)), 30 ether, "arrived");
        assertEq(token.balanceOf(address(manager)), 0, "nothing stays");
        assertEq(token.allowance(address(manager), address(rewards)), 0, "no allowance either");
    }

    function test_Rewards_DirectedToOperators() public {
        TestOperator memory operator = joinedOperator(1, 5 ether, 5 ether, hex"0001");
        _give(address(this), 10 ether);
        token.approve(address(manager), 10 ether);
        IRewardsCoordinator.OperatorDirectedRewardsSubmission[] memory submissions =
            new IRewardsCoordinator.OperatorDirectedRewardsSubmission[](1);
        submissions[0].strategiesAndMultipliers = new IRewardsCoordinator.StrategyAndMultiplier[](1);
        submissions[0].strategiesAndMultipliers[0] = IRewardsCoordinator.StrategyAndMultiplier(ETH, 1e18);
        submissions[0].token = token;
        submissions[0].operatorRewards = new IRewardsCoordinator.OperatorReward[](1);
        submissions[0].operatorRewards[0] = IRewardsCoordinator.OperatorReward(operator.account, 10 ether);
        submissions[0].startTimestamp = uint32((block.timestamp / INTERVAL - 2) * INTERVAL);
        submissions[0].duration = INTERVAL;
        manager.createOperatorDirectedAVSRewardsSubmission(submissions);
        assertEq(token.balanceOf(address(rewards)), 10 ether, "arrived");
    }

    function test_Initiator_IsNamedByTheOwner() public {
        vm.prank(address(0xbad));
        vm.expectRevert();
        manager.setRewardsInitiator(address(0xbad));
        vm.expectEmit();
        emit IServiceManager.RewardsInitiatorUpdated(address(this), address(7));
        manager.setRewardsInitiator(address(7));
    }

    function test_Metadata_ForToolsOfBothReleases() public {
        vm.expectEmit();
        emit IAVSDirectory.AVSMetadataURIUpdated(address(manager), "ipfs://new");
        vm.expectEmit();
        emit IAllocationManager.AVSMetadataURIUpdated(address(manager), "ipfs://new");
        manager.updateAVSMetadataURI("ipfs://new");
        vm.prank(address(0xbad));
        vm.expectRevert();
        manager.updateAVSMetadataURI("ipfs://bad");
    }

    function test_Appointees_ActForTheAvs() public {
        address appointee = address(0xa990);
        bytes4 selector = IAllocationManager.updateAVSMetadataURI.selector;
        manager.setAppointee(appointee, address(allocations), selector);
        vm.prank(appointee);
        allocations.updateAVSMetadataURI(address(manager), "ipfs://appointed");
        manager.removeAppointee(appointee, address(allocations), selector);
        vm.prank(appointee);
        vm.expectRevert(Permissioned.InvalidPermissions.selector);
        allocations.updateAVSMetadataURI(address(manager), "ipfs://appointed");
        // An admin beside the AVS itself, which stays one.
        manager.addPendingAdmin(address(manager));
        manager.acceptAdmin();
        manager.addPendingAdmin(appointee);
        vm.prank(appointee);
        permissions.acceptAdmin(address(manager));
        TestOperator memory operator = joinedOperator(1, 5 ether, 5 ether, hex"0001");
        assertTrue(indexInUse(0, operator), "registrations go on");
        manager.removeAdmin(appointee);
        manager.addPendingAdmin(appointee);
        manager.removePendingAdmin(appointee);
        assertTrue(!permissions.isAdmin(address(manager), appointee), "gone");
    }

    function test_Strategies_OfQuorumsAndOperators() public {
        TestOperator memory operator = joinedOperator(1, 5 ether, 5 ether, hex"01");
        address[] memory all = manager.getRestakeableStrategies();
        assertTrue(all.length == 2 && all[0] == address(ETH) && all[1] == address(strategy), "all");
        address[] memory its = manager.getOperatorRestakedStrategies(operator.account);
        assertTrue(its.length == 1 && its[0] == address(strategy), "its own");
        assertEq(manager.getOperatorRestakedStrategies(address(1)).length, 0, "nobody's");
        assertEq(manager.avsDirectory(), address(directory), "directory");
    }

    function test_Allowlist_IsManaged() public {
        address[] memory operators = new address[](3);
        (operators[0], operators[1], operators[2]) = (address(1), address(2), address(3));
        bool[] memory status = new bool[](3);
        (status[0], status[1], status[2]) = (true, true, true);
        vm.expectEmit();
        emit IOperatorAllowlist.AllowlistUpdated(operators, status);
        allowlist.setAllowlist(operators, status);
        status[1] = false;
        allowlist.setAllowlist(operators, status);
        assertEq(allowlist.getAllowlistSize(), 2, "size");
        assertTrue(allowlist.isOperatorAllowed(address(3)) && !allowlist.isOperatorAllowed(address(2)), "members");
        assertTrue(allowlist.canRegister(address(2)), "the list is off");
        assertEq(allowlist.queryOperators(0, 9).length, 2, "shorter page");
        assertEq(allowlist.queryOperators(1, 1)[0], allowlist.getAllowlistAtIndex(1), "page");
        vm.expectRevert(IOperatorAllowlist.StartOutOfBounds.selector);
        allowlist.queryOperators(2, 1);
        vm.expectRevert(IOperatorAllowlist.AlreadyDisabled.selector);
        allowlist.disableAllowlist();
        allowlist.enableAllowlist();
        assertTrue(!allowlist.canRegister(address(2)), "the list is on");
        vm.expectRevert(IOperatorAllowlist.AlreadyEnabled.selector);
        allowlist.enableAllowlist();
        vm.expectRevert(IOperatorAllowlist.InputLengthMismatch.selector);
        allowlist.setAllowlist(operators, new bool[](2));
        operators[0] = address(0);
        vm.expectRevert(IOperatorAllowlist.ZeroAddress.selector);
        allowlist.setAllowlist(operators, status);
        allowlist.setAllowlistManager(address(0x77));
        operators[0] = address(9);
        vm.prank(address(0x77));
        allowlist.setAllowlist(operators, status);
        vm.startPrank(address(0xbad));
        vm.expectRevert(IOperatorAllowlist.NotAllowlistManager.selector);
        allowlist.setAllowlist(operators, status);
        vm.expectRevert();
        allowlist.disableAllowlist();
        vm.stopPrank();
    }
}
