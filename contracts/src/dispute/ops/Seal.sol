// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {CHAIN_STATE, OUTBOX} from "../../predeploys/IPredeploys.sol";
import {IStep} from "../IStep.sol";
import {Journal} from "../Journal.sol";
import {Env} from "../MachineState.sol";
import {BlockWords, FactsWords, Kinds, Preimage, ProgressWords} from "../Words.sol";
import {BlockRules} from "../lib/BlockRules.sol";
import {IndexTrie} from "../lib/IndexTrie.sol";
import {Rlp} from "../lib/Rlp.sol";
import {SealWords} from "../lib/SealState.sol";
import {StateReader} from "../lib/StateReader.sol";
import {Witness, WitnessReader} from "../lib/Witness.sol";
import {WordTree} from "../lib/WordTree.sol";

/// The last steps of a claim about a block: the tries of its transactions and receipts, a leaf a step, then its header and output
/// root. packages/dispute/src/block/seal.ts is the other implementation.
contract Seal is IStep {
    using WitnessReader for Witness;
    using Preimage for Witness;

    uint256 private constant HISTORY_DEPTH = 8;
    uint256 private constant PRAGUE = 1;
    /// No block has uncles: keccak256(rlp([])).
    bytes32 private constant NO_UNCLES = keccak256(hex"c0");
    /// EIP-7685: sha256 of nothing, for no block has requests to a consensus layer.
    bytes32 private constant NO_REQUESTS = 0xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855;

    /// @inheritdoc IStep
    function step(Env calldata, bytes32 pre, bytes calldata data) external pure returns (bytes32) {
        Witness memory witness = WitnessReader.open(data);
        uint256[] memory state = witness.open(pre, SealWords.COUNT);
        if (state[0] != Kinds.SEAL) revert WrongState();
        uint256[] memory progress = witness.open(bytes32(state[SealWords.PROGRESS]), ProgressWords.COUNT);
        if (state[SealWords.STAGE] == SealWords.HEADER) return _output(witness, state, progress);
        _addLeaf(witness, state, progress);
        return Preimage.hash(state);
    }

    /// Takes up one leaf of a trie; with the last one the next stage begins.
    function _addLeaf(Witness memory witness, uint256[] memory state, uint256[] memory progress) private pure {
        bool isFirst = state[SealWords.STAGE] == SealWords.TRANSACTIONS;
        bytes32 root = Journal.EMPTY_TRIE_ROOT;
        // INVARIANT: the block is flushed when it has a receipt for each of its transactions.
        uint256 total = progress[ProgressWords.RECEIPTS];
        if (total > 0) {
            uint256 leaves = progress[isFirst ? ProgressWords.TRANSACTION_LEAVES : ProgressWords.RECEIPT_LEAVES];
            bytes32 stack = bytes32(state[SealWords.STACK]);
            bool isWhole;
            (isWhole, root) = IndexTrie.add(witness, stack, bytes32(leaves), state[SealWords.PLACE], total);
            if (!isWhole) {
                state[SealWords.PLACE]++;
                state[SealWords.STACK] = uint256(root);
                return;
            }
        }
        state[SealWords.STAGE]++;
        state[SealWords.PLACE] = 0;
        state[isFirst ? SealWords.TRANSACTIONS_ROOT : SealWords.STACK] = uint256(root);
        if (isFirst) state[SealWords.STACK] = 0;
    }

    /// Header, output root, and with it the end of the claim.
    function _output(Witness memory witness, uint256[] memory state, uint256[] memory progress)
        private
        pure
        returns (bytes32)
    {
        uint256[] memory context = witness.open(bytes32(state[SealWords.BLOCK_CONTEXT]), BlockWords.COUNT);
        uint256[] memory facts = witness.open(bytes32(progress[ProgressWords.FACTS]), FactsWords.COUNT);
        BlockRules.Output memory output;
        output.stateRoot = bytes32(state[SealWords.ROOT]);
        output.blockHash = _blockHash(witness, state, progress, context, facts);
        output.historyRoot = _historyRoot(witness, context, output.blockHash);
        bytes32 storageRoot = StateReader.storageRoot(witness, output.stateRoot, CHAIN_STATE);
        uint256 slot = StateReader.slotIn(witness, storageRoot, 0);
        if (BlockRules.modeIn(slot) > BlockRules.SETTLED) return BlockRules.invalid();
        output.inboxPosition = uint64(slot >> 128);
        output.inboxAccumulator = bytes32(StateReader.slotIn(witness, storageRoot, 2));
        output.originNumber = facts[FactsWords.ORIGIN_NUMBER];
        output.originHash = bytes32(facts[FactsWords.ORIGIN_HASH]);
        bytes32 outboxRoot = bytes32(StateReader.slot(witness, output.stateRoot, OUTBOX, 0));
        return keccak256(abi.encode(Kinds.DONE, BlockRules.outputRoot(output, outboxRoot)));
    }

    /// The history with this block's hash in place of that of the block 256 before it.
    function _historyRoot(Witness memory witness, uint256[] memory context, bytes32 blockHash)
        private
        pure
        returns (bytes32 root)
    {
        uint256 index = context[BlockWords.NUMBER] & ((1 << HISTORY_DEPTH) - 1);
        Witness memory siblings = Witness(witness.position + 32, witness.end);
        WordTree.leaf(witness, bytes32(context[BlockWords.HISTORY_ROOT]), index, HISTORY_DEPTH);
        return WordTree.climb(siblings, blockHash, index, HISTORY_DEPTH);
    }

    /// keccak256 of the header (packages/engine/src/block/header.ts).
    function _blockHash(
        Witness memory witness,
        uint256[] memory state,
        uint256[] memory progress,
        uint256[] memory context,
        uint256[] memory facts
    ) private pure returns (bytes32) {
        uint256[] memory bloom = witness.open(bytes32(progress[ProgressWords.BLOOM]), 8);
        bytes memory roots = bytes.concat(_word(facts[FactsWords.PARENT_BLOCK_HASH]), _word(uint256(NO_UNCLES)));
        roots = abi.encodePacked(roots, uint8(0x94), uint160(context[BlockWords.COINBASE]));
        roots = bytes.concat(roots, _word(state[SealWords.ROOT]), _word(state[SealWords.TRANSACTIONS_ROOT]));
        roots = abi.encodePacked(roots, _word(state[SealWords.STACK]), hex"b90100", bloom);
        bytes memory numbers = _numbers(context, progress[ProgressWords.CUMULATIVE_GAS]);
        bytes memory rest = bytes.concat(_word(context[BlockWords.PREV_RANDAO]), hex"880000000000000000");
        // No withdrawals, no blob gas.
        rest = bytes.concat(rest, Rlp.number(context[BlockWords.BASE_FEE]), _word(uint256(Journal.EMPTY_TRIE_ROOT)));
        rest = bytes.concat(rest, hex"8080", _word(facts[FactsWords.ORIGIN_HASH]));
        if (context[BlockWords.FORK] >= PRAGUE) rest = bytes.concat(rest, _word(uint256(NO_REQUESTS)));
        return keccak256(Rlp.list(bytes.concat(roots, numbers, rest)));
    }

    function _numbers(uint256[] memory context, uint256 gasUsed) private pure returns (bytes memory) {
        // No difficulty, no extra data.
        bytes memory start = bytes.concat(hex"80", Rlp.number(context[BlockWords.NUMBER]));
        bytes memory end = bytes.concat(Rlp.number(gasUsed), Rlp.number(context[BlockWords.TIMESTAMP]), hex"80");
        return bytes.concat(start, Rlp.number(context[BlockWords.GAS_LIMIT]), end);
    }

    function _word(uint256 word) private pure returns (bytes memory) {
        return abi.encodePacked(uint8(0xa0), word);
    }
}
