// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Hashing} from "./lib/Hashing.sol";
import {Witness} from "./lib/Witness.sol";
import {IInbox} from "../rollup/IInbox.sol";
import {IOriginRegistry} from "../rollup/IOriginRegistry.sol";
import {ICodeRegistry} from "./ICodeRegistry.sol";

/// A transaction on its way, between two steps; packages/dispute/src/machine/state.ts says what the words mean. Each of these
/// structs is hashed as its words lie in memory.
struct Run {
    uint256 kind;
    bytes32 transaction;
    bytes32 blockContext;
    bytes32 frame;
    bytes32 parents;
    uint256 depth;
    bytes32 journal;
    bytes32 blockJournal;
    uint256 logCount;
    bytes32 logs;
    uint256 refund;
    bytes32 pending;
}

struct Frame {
    bytes32 context;
    bytes32 codeHash;
    uint256 self;
    uint256 isStatic;
    uint256 gas;
    uint256 pc;
    uint256 stackSize;
    bytes32 stack;
    bytes32 memoryRoot;
    uint256 memoryWords;
    bytes32 returnRoot;
    uint256 returnOffset;
    uint256 returnLength;
}

struct FrameContext {
    uint256 creates;
    uint256 caller;
    uint256 value;
    bytes32 inputRoot;
    uint256 inputOffset;
    uint256 inputLength;
    uint256 outputOffset;
    uint256 outputSize;
    bytes32 journal;
    uint256 logCount;
    bytes32 logs;
    uint256 refund;
}

/// What is the same in all steps of a transaction; packages/dispute/src/machine/context.ts, TxContext. `TransactionWords` names the places.
struct Transaction {
    uint256 sender;
    uint256 creates;
    uint256 to;
    uint256 value;
    bytes32 dataRoot;
    uint256 dataLength;
    uint256 gasLimit;
    uint256 gasPrice;
    uint256 nonce;
    uint256 intrinsicGas;
    uint256 floorGas;
    uint256 blobFee;
    uint256 dataFee;
    bytes32 blobHashes;
    uint256 blobCount;
    bytes32 accessList;
    uint256 accessCount;
    bytes32 authorizations;
    uint256 authorizationCount;
    uint256 purpose;
    uint256 kind;
    bytes32 progress;
}

/// What is the same in all steps of a chain. Official state tests leave all but the first two 0.
struct Env {
    ICodeRegistry codes;
    /// 0 Cancun, 1 Prague.
    uint256 fork;
    uint256 chainId;
    uint256 blockGasLimit;
    /// 1 where nobody pays for anything.
    uint256 gasless;
    uint256 minBaseFee;
    /// Wei for each byte of a transaction.
    uint256 dataFeePerByte;
    /// 1 where the layer's bounds on inputs of precompiled contracts hold.
    uint256 capped;
    IInbox inbox;
    IOriginRegistry origins;
}

/// A step that is being checked.
struct Machine {
    Witness witness;
    Run run;
    Frame frame;
    ICodeRegistry.Code code;
}

library MachineState {
    uint256 internal constant RUN_WORDS = 12;
    uint256 internal constant FRAME_WORDS = 13;
    uint256 internal constant FRAME_CONTEXT_WORDS = 12;

    // Kinds of what an instruction leaves to be done.
    uint256 internal constant COPY = 1;
    uint256 internal constant PRECOMPILE = 2;
    uint256 internal constant INIT_CODE = 3;
    uint256 internal constant CREATE = 4;
    uint256 internal constant DEPOSIT = 5;
    uint256 internal constant HALT = 6;
    uint256 internal constant ABSORB = 7;

    /// Words of each kind, the kind included.
    bytes internal constant PENDING_WORDS = hex"0007090805040506";

    // How a frame ends.
    uint256 internal constant STOPPED = 0;
    uint256 internal constant RETURNED = 1;
    uint256 internal constant REVERTED = 2;
    uint256 internal constant FAILED = 3;

    function hash(Run memory run) internal pure returns (bytes32) {
        return Hashing.range(_at(run), RUN_WORDS);
    }

    function hash(Frame memory frame) internal pure returns (bytes32) {
        uint256 pointer;
        assembly ("memory-safe") {
            pointer := frame
        }
        return Hashing.range(pointer, FRAME_WORDS);
    }

    function hash(FrameContext memory context) internal pure returns (bytes32) {
        uint256 pointer;
        assembly ("memory-safe") {
            pointer := context
        }
        return Hashing.range(pointer, FRAME_CONTEXT_WORDS);
    }

    /// Digest of a copy from place `from` in `length` bytes at `offset` of a tree, to place `to` in memory.
    function copying(
        bytes32 root,
        uint256 offset,
        uint256 length,
        uint256 from,
        uint256 to,
        uint256 size
    ) internal pure returns (bytes32) {
        return keccak256(abi.encode(COPY, root, offset, length, from, to, size));
    }

    /// Digest of a frame's end with the output at `offset` of a tree.
    function halting(uint256 how, bytes32 root, uint256 offset, uint256 length) internal pure returns (bytes32) {
        return keccak256(abi.encode(HALT, how, root, offset, length));
    }

    function _at(Run memory run) private pure returns (uint256 pointer) {
        assembly ("memory-safe") {
            pointer := run
        }
    }
}
