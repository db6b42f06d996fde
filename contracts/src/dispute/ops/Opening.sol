// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {CHAIN_STATE} from "../../predeploys/IPredeploys.sol";
import {IStep} from "../IStep.sol";
import {Env} from "../MachineState.sol";
import {FactsWords, Kinds, Preimage, ProgressWords} from "../Words.sol";
import {BlockRules} from "../lib/BlockRules.sol";
import {RlpReader} from "../lib/RlpReader.sol";
import {StateReader} from "../lib/StateReader.sol";
import {Witness, WitnessReader} from "../lib/Witness.sol";
import {WordTree} from "../lib/WordTree.sol";

/// The first step of a claim about a block: from the parent's output root and the pack's content root to the block before its
/// first transaction, or to INVALID where what the producer chose breaks a rule. One step, whatever the block.
/// packages/dispute/src/block/opening.ts is the other implementation.
contract Opening is IStep {
    using WitnessReader for Witness;
    using Preimage for Witness;

    uint256 private constant OPENING_WORDS = 5;
    /// Roots of blocks and transactions, counts of transactions and blocks (packages/protocol/src/content/contentRoot.ts).
    uint256 private constant CONTENT_WORDS = 4;
    /// Number, timestamp, origin, first transaction, count of transactions.
    uint256 private constant ROW_WORDS = 5;

    /// What the digests of the state stand for, as far as it is needed.
    struct Opened {
        Witness witness;
        // The block's row of the content.
        uint256 number;
        uint256 timestamp;
        uint256 originNumber;
        uint256 firstTx;
        uint256 contentCount;
        bytes32 txsRoot;
        // The origin.
        uint256 originHash;
        uint256 originTimestamp;
        uint256 messageCount;
        uint256 inboxAccumulator;
        // The parent.
        bytes32 parentOutputRoot;
        BlockRules.Output output;
        BlockRules.Parent parent;
        uint256 mode;
    }

    /// @inheritdoc IStep
    function step(Env calldata env, bytes32 pre, bytes calldata witness) external view returns (bytes32) {
        Opened memory o;
        o.witness = WitnessReader.open(witness);
        uint256[] memory state = o.witness.open(pre, OPENING_WORDS);
        if (state[0] != Kinds.OPENING) revert WrongState();
        o.parentOutputRoot = bytes32(state[1]);
        if (!_readRow(o, bytes32(state[2]), state[4])) return BlockRules.invalid();
        _readParent(o);
        bool isValid = o.number == state[3] && o.number == o.parent.number + 1;
        isValid = _readOrigin(env, o) && isValid;
        isValid = isValid && _isChoiceAllowed(o);
        (bool hasBaseFee, uint256 baseFee) = BlockRules.baseFee(env, o.parent);
        if (!isValid || !hasBaseFee) return BlockRules.invalid();
        return _between(env, o, baseFee);
    }

    /// The block's row in the content. @return whether the content has one, of numbers that a block can have
    function _readRow(Opened memory o, bytes32 contentRoot, uint256 index) private pure returns (bool) {
        uint256[] memory content = o.witness.open(contentRoot, CONTENT_WORDS);
        if (index >= content[3] || index >> WordTree.DEPTH != 0) return false;
        bytes32 row = bytes32(WordTree.leaf(o.witness, bytes32(content[0]), index, WordTree.DEPTH));
        uint256[] memory words = o.witness.open(row, ROW_WORDS);
        (o.number, o.timestamp, o.originNumber) = (words[0], words[1], words[2]);
        (o.firstTx, o.contentCount, o.txsRoot) = (words[3], words[4], bytes32(content[1]));
        bool areSmall = (o.timestamp | o.originNumber) <= type(uint64).max
            && o.contentCount <= BlockRules.MAX_CONTENT && o.firstTx >> WordTree.DEPTH == 0;
        return areSmall && o.firstTx + o.contentCount <= content[2];
    }

    function _readParent(Opened memory o) private pure {
        o.output = BlockRules.readOutput(o.witness, o.parentOutputRoot);
        o.parent = BlockRules.readParent(o.witness, o.output.blockHash);
        uint256 slot = StateReader.slot(o.witness, o.output.stateRoot, CHAIN_STATE, 0);
        o.mode = BlockRules.modeIn(slot);
        // Where the origin is the parent's.
        (o.originHash, o.originTimestamp) = (uint256(o.output.originHash), uint64(slot >> 64));
        o.inboxAccumulator = uint256(o.output.inboxAccumulator);
    }

    /// The L1 block that the producer chose, and the messages up to it. @return whether it could
    function _readOrigin(Env calldata env, Opened memory o) private view returns (bool) {
        if (o.originNumber <= o.output.originNumber) return o.originNumber == o.output.originNumber;
        bytes32 hash = env.origins.hashOf(uint64(o.originNumber));
        o.originHash = uint256(hash);
        o.originTimestamp = BlockRules.timestampOf(RlpReader.shown(o.witness, hash));
        uint256 count = o.witness.word();
        if (count > type(uint64).max) revert WrongState();
        uint64 position = uint64(o.output.inboxPosition);
        uint64 end = position + uint64(count);
        if (count > 0) {
            uint256 last = env.inbox.l1BlockOf(end - 1);
            // All of them are there, and none is newer than the origin,
            if (last == 0 || last > o.originNumber) revert WrongState();
        }
        // nor is one left out.
        uint256 next = env.inbox.l1BlockOf(end);
        if (next != 0 && next <= o.originNumber) revert WrongState();
        o.messageCount = count;
        o.inboxAccumulator = uint256(env.inbox.accumulatorAt(end));
        return count <= BlockRules.MAX_MESSAGES;
    }

    function _isChoiceAllowed(Opened memory o) private pure returns (bool) {
        if (o.mode == BlockRules.ACTIVE) return o.timestamp >= o.parent.timestamp && o.timestamp >= o.originTimestamp;
        // Time stands still, and an addendum has something to add.
        return o.timestamp == o.parent.timestamp && (o.mode != BlockRules.SETTLED || o.contentCount > 0);
    }

    function _between(Env calldata env, Opened memory o, uint256 baseFee) private pure returns (bytes32) {
        bytes32 context = BlockRules.context(
            env,
            BlockRules.Choice(o.number, o.timestamp, baseFee, o.originHash),
            o.output.stateRoot,
            o.output.historyRoot
        );
        uint256[] memory progress = new uint256[](ProgressWords.COUNT);
        progress[ProgressWords.FACTS] = uint256(_facts(o));
        progress[ProgressWords.BLOOM] = uint256(keccak256(new bytes(256)));
        bytes32 empty = WordTree.build(new uint256[](0), WordTree.DEPTH);
        progress[ProgressWords.TRANSACTION_LEAVES] = uint256(empty);
        progress[ProgressWords.RECEIPT_LEAVES] = uint256(empty);
        progress[ProgressWords.MODE] = o.mode;
        return keccak256(abi.encode(Kinds.BETWEEN, context, 0, Preimage.hash(progress)));
    }

    function _facts(Opened memory o) private pure returns (bytes32) {
        uint256[] memory facts = new uint256[](FactsWords.COUNT);
        uint256 advances = o.originNumber == o.output.originNumber ? 0 : 1;
        facts[FactsWords.TOTAL] = advances + o.messageCount + o.contentCount;
        facts[FactsWords.ADVANCES] = advances;
        facts[FactsWords.FIRST_MESSAGE] = o.output.inboxPosition;
        facts[FactsWords.MESSAGE_COUNT] = o.messageCount;
        facts[FactsWords.ORIGIN_NUMBER] = o.originNumber;
        facts[FactsWords.ORIGIN_HASH] = o.originHash;
        facts[FactsWords.ORIGIN_TIMESTAMP] = o.originTimestamp;
        facts[FactsWords.INBOX_ACCUMULATOR_AFTER] = o.inboxAccumulator;
        facts[FactsWords.TXS_ROOT] = uint256(o.txsRoot);
        facts[FactsWords.FIRST_TX] = o.firstTx;
        facts[FactsWords.CONTENT_COUNT] = o.contentCount;
        facts[FactsWords.PARENT_MODE] = o.mode;
        facts[FactsWords.PARENT_BLOCK_HASH] = uint256(o.output.blockHash);
        facts[FactsWords.PARENT_OUTPUT_ROOT] = uint256(o.parentOutputRoot);
        facts[FactsWords.PARENT_ORIGIN_NUMBER] = o.output.originNumber;
        return Preimage.hash(facts);
    }
}
