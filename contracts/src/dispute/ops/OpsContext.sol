// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Env, FrameContext, Machine, MachineState} from "../MachineState.sol";
import {Hashing} from "../lib/Hashing.sol";
import {Witness, WitnessReader} from "../lib/Witness.sol";
import {WordTree} from "../lib/WordTree.sol";
import {InstructionStep} from "./InstructionStep.sol";

/// 30s and 40s: what the frame, the transaction and the block are.
contract OpsContext is InstructionStep {
    using WitnessReader for Witness;

    // Places of words in what is hashed (packages/dispute/src/machine/context.ts).
    uint256 private constant TRANSACTION_WORDS = 19;
    uint256 private constant ORIGIN = 0;
    uint256 private constant GAS_PRICE = 7;
    uint256 private constant BLOB_HASHES = 13;
    uint256 private constant BLOB_COUNT = 14;
    uint256 private constant BLOCK_WORDS = 13;
    uint256 private constant CHAIN_ID = 1;
    uint256 private constant NUMBER = 2;
    uint256 private constant TIMESTAMP = 3;
    uint256 private constant GAS_LIMIT = 4;
    uint256 private constant BASE_FEE = 5;
    uint256 private constant COINBASE = 6;
    uint256 private constant PREV_RANDAO = 9;
    uint256 private constant BLOB_BASE_FEE = 10;
    uint256 private constant HISTORY_ROOT = 12;
    /// Of the tree whose leaf n % 256 is the hash of block n (packages/protocol/src/historyRoot.ts).
    uint256 private constant HISTORY_LENGTH = 256;
    uint256 private constant HISTORY_DEPTH = 8;

    /// @inheritdoc InstructionStep
    function _execute(Env calldata, Machine memory m, uint256 opcode) internal pure override returns (bool) {
        if (opcode == 0x30) _push(m, m.frame.self);
        else if (opcode == 0x32) _push(m, _transaction(m)[ORIGIN]);
        else if (opcode == 0x33) _push(m, _context(m).caller);
        else if (opcode == 0x34) _push(m, _context(m).value);
        else if (opcode == 0x35) _calldataload(m);
        else if (opcode == 0x36) _push(m, _context(m).inputLength);
        else if (opcode == 0x38) _push(m, m.code.length);
        else if (opcode == 0x3a) _push(m, _transaction(m)[GAS_PRICE]);
        else if (opcode == 0x3d) _push(m, m.frame.returnLength);
        else if (opcode == 0x40) _blockhash(m);
        else if (opcode == 0x49) _blobhash(m);
        else _push(m, _block(m)[_place(opcode)]);
        return true;
    }

    function _place(uint256 opcode) private pure returns (uint256) {
        if (opcode == 0x41) return COINBASE;
        if (opcode == 0x42) return TIMESTAMP;
        if (opcode == 0x43) return NUMBER;
        if (opcode == 0x44) return PREV_RANDAO;
        if (opcode == 0x45) return GAS_LIMIT;
        if (opcode == 0x46) return CHAIN_ID;
        if (opcode == 0x48) return BASE_FEE;
        if (opcode == 0x4a) return BLOB_BASE_FEE;
        revert NotOfThisFamily(opcode);
    }

    function _transaction(Machine memory m) private pure returns (uint256[] memory) {
        return _preimage(m, m.run.transaction, TRANSACTION_WORDS);
    }

    function _block(Machine memory m) private pure returns (uint256[] memory) {
        return _preimage(m, m.run.blockContext, BLOCK_WORDS);
    }

    function _preimage(Machine memory m, bytes32 digest, uint256 count) private pure returns (uint256[] memory words) {
        words = m.witness.words(count);
        uint256 pointer;
        assembly ("memory-safe") {
            pointer := add(words, 0x20)
        }
        if (Hashing.range(pointer, count) != digest) revert WrongState();
    }

    function _calldataload(Machine memory m) private pure {
        FrameContext memory context = _context(m);
        uint256 offset = _pop(m, 1)[0];
        if (offset >= context.inputLength) {
            _push(m, 0);
            return;
        }
        uint256 available = context.inputLength - offset;
        uint256 word = _wordAt(m, context.inputRoot, context.inputOffset + offset, available < 32 ? available : 32);
        _push(m, word);
    }

    function _blockhash(Machine memory m) private pure {
        uint256[] memory words = _block(m);
        uint256 wanted = _pop(m, 1)[0];
        uint256 current = words[NUMBER];
        uint256 hash = 0;
        if (wanted < current && current - wanted <= HISTORY_LENGTH) {
            hash = WordTree.leaf(m.witness, bytes32(words[HISTORY_ROOT]), wanted % HISTORY_LENGTH, HISTORY_DEPTH);
        }
        _push(m, hash);
    }

    function _blobhash(Machine memory m) private pure {
        uint256[] memory transaction = _transaction(m);
        uint256 index = _pop(m, 1)[0];
        uint256 hash = 0;
        if (index < transaction[BLOB_COUNT]) {
            hash = m.witness.word();
            uint256 leaf = WordTree.leaf(m.witness, bytes32(transaction[BLOB_HASHES]), index, WordTree.DEPTH);
            if (leaf != uint256(keccak256(abi.encode(hash)))) revert WrongState();
        }
        _push(m, hash);
    }
}
