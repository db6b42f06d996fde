// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {OutboxKind, OutboxMessage} from "../../src/bridge/IBridge.sol";
import {Holder, SYSTEM} from "../../src/predeploys/IPredeploys.sol";
import {Predeploys} from "./Predeploys.sol";

/// Lists for the Settler, and questions about what it wrote.
abstract contract SettlerFixture is Predeploys {
    address internal constant L1_TOKEN = address(0x1001);
    address internal constant ALICE = address(0xA11CE);
    address internal constant BOB = address(0xB0B);
    address internal constant CREATOR = address(0xC4EA);

    function startSettlement() internal {
        enterSettle();
        takeMessages();
    }

    function enterSettled() internal {
        vm.prank(SYSTEM);
        settler.finish();
        takeMessages();
    }

    function settleNativeOf(address account, address creator) internal returns (OutboxMessage[] memory) {
        vm.prank(SYSTEM);
        settler.settleNative(holdersOf(account, creator));
        return takeMessages();
    }

    function holdersOf(address account, address creator) internal pure returns (Holder[] memory holders) {
        holders = new Holder[](1);
        holders[0] = Holder(account, creator);
    }

    /// Sorted, without creators.
    function bothOf(address a, address b) internal pure returns (Holder[] memory) {
        address[] memory accounts = new address[](2);
        (accounts[0], accounts[1]) = (a, b);
        return sortedHolders(accounts);
    }

    function allOf(address a, address b, address c) internal pure returns (Holder[] memory) {
        address[] memory accounts = new address[](3);
        (accounts[0], accounts[1], accounts[2]) = (a, b, c);
        return sortedHolders(accounts);
    }

    function sortedHolders(address[] memory accounts) internal pure returns (Holder[] memory holders) {
        for (uint256 i = 1; i < accounts.length; i++) {
            for (uint256 j = i; j > 0 && accounts[j] < accounts[j - 1]; j--) {
                (accounts[j], accounts[j - 1]) = (accounts[j - 1], accounts[j]);
            }
        }
        holders = new Holder[](accounts.length);
        for (uint256 i = 0; i < accounts.length; i++) holders[i].account = accounts[i];
    }

    /// What a message of this kind and payload's tail gives to `to`, summed over all messages.
    function paidTo(OutboxMessage[] memory messages, OutboxKind kind, address token, address to)
        internal
        pure
        returns (uint256 sum)
    {
        for (uint256 i = 0; i < messages.length; i++) {
            if (messages[i].kind != kind) continue;
            if (kind == OutboxKind.MintNative) {
                (address account, uint256 value) = abi.decode(messages[i].payload, (address, uint256));
                if (account == to) sum += value;
                continue;
            }
            (address asset, address recipient, uint256 amount) =
                abi.decode(messages[i].payload, (address, address, uint256));
            if (asset == token && recipient == to) sum += amount;
        }
    }
}
