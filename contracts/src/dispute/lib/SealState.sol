// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Kinds} from "../Words.sol";

/// Words of a block whose journal is in the state's tries, and which is being sealed (packages/dispute/src/block/seal.ts).
library SealWords {
    uint256 internal constant COUNT = 8;
    uint256 internal constant BLOCK_CONTEXT = 1;
    uint256 internal constant PROGRESS = 2;
    /// Root of the state after the block.
    uint256 internal constant ROOT = 3;
    uint256 internal constant STAGE = 4;
    /// Leaves that were taken up, in the order of their keys.
    uint256 internal constant PLACE = 5;
    /// Digest of the open branches; in the last stage the root of the receipts' trie.
    uint256 internal constant STACK = 6;
    uint256 internal constant TRANSACTIONS_ROOT = 7;

    // Stages.
    uint256 internal constant TRANSACTIONS = 0;
    uint256 internal constant RECEIPTS = 1;
    uint256 internal constant HEADER = 2;

    /// Digest of the first of these states.
    function begin(bytes32 blockContext, bytes32 progress, bytes32 root) internal pure returns (bytes32) {
        return keccak256(abi.encode(Kinds.SEAL, blockContext, progress, root, 0, 0, 0, 0));
    }
}
