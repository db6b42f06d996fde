// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IDelegationManager} from "../../src/restaking/interfaces/IDelegationManager.sol";
import {IStrategy} from "../../src/restaking/interfaces/IStrategy.sol";
import {Registrar} from "./support/Registrar.sol";
import {RestakingFixture} from "./support/RestakingFixture.sol";

/// Gas of what stakers, operators and AVSs do, through the proxies, in contracts/snapshots/restaking.json.
contract RestakingGasTest is RestakingFixture {
    address private constant ALICE = address(0xA11CE);
    address private constant OP = address(0x0101);

    function test_gasOfALifeOfStake() public {
        _deployCore();
        address avs = address(new Registrar());
        IStrategy[] memory members = new IStrategy[](2);
        (members[0], members[1]) = (strategy, ETH);
        _createSet(avs, 0, members);

        uint256 before = gasleft();
        _operator(OP);
        _note("registerAsOperator", before);
        _give(ALICE, 100 ether);
        vm.prank(ALICE);
        token.approve(address(strategies), 100 ether);
        vm.prank(ALICE);
        before = gasleft();
        strategies.depositIntoStrategy(strategy, token, 100 ether);
        _note("depositIntoStrategy", before);
        vm.deal(ALICE, 1 ether);
        vm.prank(ALICE);
        before = gasleft();
        nativeEth.deposit{value: 1 ether}();
        _note("depositEth", before);
        before = gasleft();
        _delegate(ALICE, OP);
        _note("delegateTo", before);
        _join(OP, avs, 0);
        before = gasleft();
        _allocate(OP, avs, 0, strategy, ONE);
        _note("modifyAllocations", before);
        before = gasleft();
        IDelegationManager.Withdrawal memory withdrawal = _queue(ALICE, strategy, 10 ether);
        _note("queueWithdrawals", before);
        before = gasleft();
        _slash(avs, OP, 0, strategy, 0.1e18);
        _note("slashOperator", before);
        _pass(WITHDRAWAL_DELAY + 1);
        before = gasleft();
        _complete(withdrawal, address(token), true);
        _note("completeQueuedWithdrawal", before);
        assertEq(token.balanceOf(ALICE), 9 ether, "slashed and paid");
    }

    function _note(string memory what, uint256 before) private {
        uint256 used = before - gasleft();
        assertAtMost(used, 700_000, what);
        vm.snapshotValue("restaking", what, used);
    }
}
