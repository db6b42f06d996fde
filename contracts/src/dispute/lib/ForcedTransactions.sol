// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {CHAIN_STATE, IChainState} from "../../predeploys/IPredeploys.sol";
import {IInbox} from "../../rollup/IInbox.sol";
import {IStep} from "../IStep.sol";
import {Transaction} from "../MachineState.sol";
import {BlockTransaction} from "./BlockTransaction.sol";

/// Messages of the inbox, and what takes the place of a forced transaction that can't be executed.
library ForcedTransactions {
    // Reasons of ChainState.skipForced that need more than the bytes of the transaction.
    uint256 internal constant GAS_LIMIT = 4;
    uint256 internal constant NONCE_TOO_LOW = 5;
    uint256 internal constant NONCE_TOO_HIGH = 6;
    uint256 internal constant FUNDS = 7;
    uint256 internal constant FEE_CAP = 8;
    uint256 internal constant SENDER_HAS_CODE = 9;
    uint256 internal constant OTHER = 10;

    uint256 private constant SKIP_GAS = 100_000;

    /// Message `index` of the inbox. @param head its kind, sender, L1 block and L1 time
    function checkMessage(IInbox inbox, uint256 index, uint256[] memory head, bytes32 dataHash) internal view {
        bytes32 before = inbox.accumulatorAt(uint64(index));
        bytes32 expected = inbox.accumulatorAt(uint64(index + 1));
        bytes32 shown = keccak256(abi.encode(before, index, head[0], head[1], head[2], head[3], dataHash));
        if (shown != expected) revert IStep.WrongState();
    }

    /// @return data of the call, and the transaction's wire form
    function skip(uint256 chainId, uint256 index, bytes32 transactionHash, uint256 reason)
        internal
        pure
        returns (bytes memory data, bytes memory raw)
    {
        data = abi.encodeCall(IChainState.skipForced, (uint64(index), transactionHash, uint8(reason)));
        raw = BlockTransaction.protocolRaw(
            chainId, BlockTransaction.FROM_SKIP, index, CHAIN_STATE, SKIP_GAS, data
        );
    }

    function skipping(bytes memory data) internal pure returns (Transaction memory) {
        return BlockTransaction.protocol(CHAIN_STATE, SKIP_GAS, data);
    }
}
