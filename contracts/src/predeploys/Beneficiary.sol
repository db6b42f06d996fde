// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {BoundedCall} from "../lib/BoundedCall.sol";
import {CHAIN_STATE, IChainState} from "./IPredeploys.sol";

interface IOwned {
    function owner() external view returns (address);
}

/// Decides which L1 account stands for an L2 account (PROTOCOL.md section 8).
library Beneficiary {
    uint256 private constant OWNER_GAS = 500_000;
    uint256 private constant DESIGNATOR_LENGTH = 23;
    bytes3 private constant DESIGNATOR_PREFIX = 0xef0100;

    /// True when a key controls the account: it has no code, or only an EIP-7702 delegation.
    function isExternallyOwned(address account) internal view returns (bool) {
        uint256 size = account.code.length;
        if (size == 0) return account != address(0);
        if (size != DESIGNATOR_LENGTH) return false;
        bytes32 head;
        assembly ("memory-safe") {
            extcodecopy(account, 0x00, 0, 0x03)
            head := mload(0x00)
        }
        return bytes3(head) == DESIGNATOR_PREFIX;
    }

    /// What the contract's `owner()` says, if a key controls that; else zero.
    function ownerOf(address target) internal view returns (address owner) {
        (, owner) = BoundedCall.readAddress(target, abi.encodeCall(IOwned.owner, ()), OWNER_GAS);
        if (!isExternallyOwned(owner)) owner = address(0);
    }

    /// @param creator account whose transaction created the contract at `account`, or zero when unknown
    /// @return zero when nobody stands for it: never the same address on the L1, which somebody else may control there
    function resolve(address account, address creator) internal view returns (address) {
        // Nobody has keys of the protocol's own addresses, with or without code.
        if (isPredeploy(account)) return IChainState(CHAIN_STATE).owner();
        if (isExternallyOwned(account)) return account;
        address owner = ownerOf(account);
        if (owner != address(0)) return owner;
        return isExternallyOwned(creator) ? creator : address(0);
    }

    function isPredeploy(address account) internal pure returns (bool) {
        return uint160(account) >> 16 == uint160(CHAIN_STATE) >> 16;
    }
}
