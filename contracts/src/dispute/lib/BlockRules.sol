// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {BASE_FEE_VAULT, DATA_FEE_VAULT, PRIORITY_FEE_VAULT} from "../../predeploys/IPredeploys.sol";
import {Env} from "../MachineState.sol";
import {BlockWords, Kinds, Preimage} from "../Words.sol";
import {MerklePatricia} from "./MerklePatricia.sol";
import {RlpReader} from "./RlpReader.sol";
import {Witness} from "./Witness.sol";

/// What follows of a block from its parent and from what its producer chose; packages/protocol/src/blockContext.ts and
/// packages/engine/assembly/block.ts are the other implementations.
library BlockRules {
    using Preimage for Witness;
    using RlpReader for MerklePatricia.Item;

    /// Messages of the inbox that a block takes at most (packages/engine/assembly/inbox.ts).
    uint256 internal constant MAX_MESSAGES = 64;
    /// Transactions of a block's content at most (packages/engine/assembly/block.ts): with what follows from the L1 they are
    /// fewer than 65,536, so that each has its segment.
    uint256 internal constant MAX_CONTENT = 65_000;

    // Modes of a chain (packages/protocol/src/predeploys.ts).
    uint256 internal constant ACTIVE = 0;
    uint256 internal constant SETTLED = 2;

    uint256 private constant OUTPUT_WORDS = 9;
    uint256 private constant OUTPUT_VERSION = 1;

    // Fields of a header.
    uint256 private constant NUMBER = 8;
    uint256 private constant GAS_LIMIT = 9;
    uint256 private constant GAS_USED = 10;
    uint256 private constant TIMESTAMP = 11;
    uint256 private constant BASE_FEE = 15;

    /// IRollup.Output.
    struct Output {
        bytes32 stateRoot;
        bytes32 blockHash;
        uint256 inboxPosition;
        bytes32 inboxAccumulator;
        uint256 originNumber;
        bytes32 originHash;
        bytes32 historyRoot;
    }

    /// What of a parent the next header follows from.
    struct Parent {
        uint256 number;
        uint256 timestamp;
        uint256 gasLimit;
        uint256 gasUsed;
        uint256 baseFee;
    }

    /// What of a block's context differs between blocks.
    struct Choice {
        uint256 number;
        uint256 timestamp;
        uint256 baseFee;
        uint256 originHash;
    }

    error WrongOutput();

    /// Digest of the state of a claim that can't be true.
    function invalid() internal pure returns (bytes32) {
        return keccak256(abi.encode(Kinds.INVALID));
    }

    /// Slot 0 of ChainState holds it.
    function modeIn(uint256 slot) internal pure returns (uint256) {
        return uint8(slot >> 192);
    }

    function readOutput(Witness memory witness, bytes32 root) internal pure returns (Output memory output) {
        uint256[] memory words = witness.open(root, OUTPUT_WORDS);
        if (words[0] != OUTPUT_VERSION) revert WrongOutput();
        output.stateRoot = bytes32(words[1]);
        output.blockHash = bytes32(words[2]);
        output.inboxPosition = words[4];
        output.inboxAccumulator = bytes32(words[5]);
        output.originNumber = words[6];
        output.originHash = bytes32(words[7]);
        output.historyRoot = bytes32(words[8]);
    }

    function outputRoot(Output memory output, bytes32 outboxRoot) internal pure returns (bytes32) {
        uint256[] memory words = new uint256[](OUTPUT_WORDS);
        (words[0], words[1], words[2]) = (OUTPUT_VERSION, uint256(output.stateRoot), uint256(output.blockHash));
        (words[3], words[4]) = (uint256(outboxRoot), output.inboxPosition);
        (words[5], words[6]) = (uint256(output.inboxAccumulator), output.originNumber);
        (words[7], words[8]) = (uint256(output.originHash), uint256(output.historyRoot));
        return Preimage.hash(words);
    }

    function readParent(Witness memory witness, bytes32 blockHash) internal pure returns (Parent memory) {
        MerklePatricia.Item memory header = RlpReader.shown(witness, blockHash);
        return Parent(
            header.number(NUMBER),
            header.number(TIMESTAMP),
            header.number(GAS_LIMIT),
            header.number(GAS_USED),
            header.number(BASE_FEE)
        );
    }

    function timestampOf(MerklePatricia.Item memory header) internal pure returns (uint256) {
        return header.number(TIMESTAMP);
    }

    /// EIP-1559, never below the chain's least. @return exists whether there is one
    function baseFee(Env calldata env, Parent memory parent) internal pure returns (bool exists, uint256 fee) {
        if (env.gasless != 0) return (true, 0);
        uint256 target = parent.gasLimit >> 1;
        fee = parent.baseFee;
        if (parent.gasUsed != target) {
            if (target == 0 || fee > type(uint128).max) return (false, 0);
            if (parent.gasUsed > target) {
                uint256 rise = fee * (parent.gasUsed - target) / target / 8;
                fee += rise == 0 ? 1 : rise;
            } else {
                fee -= fee * (target - parent.gasUsed) / target / 8;
            }
        }
        if (fee < env.minBaseFee) fee = env.minBaseFee;
        return (true, fee);
    }

    /// Digest of what is the same in all transactions of the block.
    function context(Env calldata env, Choice memory choice, bytes32 worldRoot, bytes32 historyRoot)
        internal
        pure
        returns (bytes32)
    {
        uint256[] memory words = new uint256[](BlockWords.COUNT);
        words[BlockWords.FORK] = env.fork;
        words[BlockWords.CHAIN_ID] = env.chainId;
        words[BlockWords.NUMBER] = choice.number;
        words[BlockWords.TIMESTAMP] = choice.timestamp;
        words[BlockWords.GAS_LIMIT] = env.blockGasLimit;
        words[BlockWords.BASE_FEE] = choice.baseFee;
        words[BlockWords.COINBASE] = uint160(PRIORITY_FEE_VAULT);
        words[BlockWords.BASE_FEE_RECIPIENT] = uint160(BASE_FEE_VAULT);
        words[BlockWords.DATA_FEE_RECIPIENT] = uint160(DATA_FEE_VAULT);
        words[BlockWords.PREV_RANDAO] = uint256(keccak256(abi.encode(choice.originHash, choice.number)));
        // No blobs here: their base fee is the minimum.
        words[BlockWords.BLOB_BASE_FEE] = 1;
        words[BlockWords.WORLD_ROOT] = uint256(worldRoot);
        words[BlockWords.HISTORY_ROOT] = uint256(historyRoot);
        return Preimage.hash(words);
    }
}
