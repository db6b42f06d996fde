// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IStep} from "./IStep.sol";
import {Hashing} from "./lib/Hashing.sol";
import {Witness, WitnessReader} from "./lib/Witness.sol";

// Places of words in what is hashed, for those who read it as a row of words. The other side is packages/dispute/src/machine:
// state.ts, context.ts, progress.ts.

/// Kinds of states, the first word of each.
library Kinds {
    uint256 internal constant BETWEEN = 1;
    uint256 internal constant START = 2;
    uint256 internal constant RUN = 3;
    uint256 internal constant END = 4;
    uint256 internal constant OPENING = 5;
    uint256 internal constant RECEIPT = 6;
    uint256 internal constant FLUSH = 7;
    uint256 internal constant DONE = 8;
    uint256 internal constant INVALID = 9;
    uint256 internal constant READING = 10;
    uint256 internal constant READ = 11;
    uint256 internal constant SEAL = 12;
    uint256 internal constant APPENDING = 16;
}

/// What a transaction is for.
library Purposes {
    /// A user's, of the content or forced in.
    uint256 internal constant USER = 0;
    /// One of type 0x7e.
    uint256 internal constant PROTOCOL = 1;
    /// The call of EIP-4788.
    uint256 internal constant BEACON_ROOT = 2;
    /// The call of EIP-2935.
    uint256 internal constant BLOCK_HASH = 3;
    /// Reads a frame of a pack.
    uint256 internal constant READING = 4;
}

/// What is the same in all steps of a transaction.
library TransactionWords {
    uint256 internal constant COUNT = 22;
    uint256 internal constant SENDER = 0;
    uint256 internal constant CREATES = 1;
    uint256 internal constant TO = 2;
    uint256 internal constant VALUE = 3;
    uint256 internal constant DATA = 4;
    uint256 internal constant DATA_LENGTH = 5;
    uint256 internal constant GAS_LIMIT = 6;
    uint256 internal constant GAS_PRICE = 7;
    uint256 internal constant NONCE = 8;
    uint256 internal constant INTRINSIC_GAS = 9;
    uint256 internal constant FLOOR_GAS = 10;
    uint256 internal constant BLOB_FEE = 11;
    uint256 internal constant DATA_FEE = 12;
    uint256 internal constant BLOB_HASHES = 13;
    uint256 internal constant BLOB_COUNT = 14;
    uint256 internal constant ACCESS_LIST = 15;
    uint256 internal constant ACCESS_COUNT = 16;
    uint256 internal constant AUTHORIZATIONS = 17;
    uint256 internal constant AUTHORIZATION_COUNT = 18;
    uint256 internal constant PURPOSE = 19;
    uint256 internal constant TYPE = 20;
    uint256 internal constant PROGRESS = 21;
}

/// What is the same in all transactions of a block.
library BlockWords {
    uint256 internal constant COUNT = 13;
    uint256 internal constant FORK = 0;
    uint256 internal constant CHAIN_ID = 1;
    uint256 internal constant NUMBER = 2;
    uint256 internal constant TIMESTAMP = 3;
    uint256 internal constant GAS_LIMIT = 4;
    uint256 internal constant BASE_FEE = 5;
    uint256 internal constant COINBASE = 6;
    uint256 internal constant BASE_FEE_RECIPIENT = 7;
    uint256 internal constant DATA_FEE_RECIPIENT = 8;
    uint256 internal constant PREV_RANDAO = 9;
    uint256 internal constant BLOB_BASE_FEE = 10;
    uint256 internal constant WORLD_ROOT = 11;
    uint256 internal constant HISTORY_ROOT = 12;
}

/// What a block has so far.
library ProgressWords {
    uint256 internal constant COUNT = 8;
    uint256 internal constant FACTS = 0;
    uint256 internal constant PHASE = 1;
    // Phases: the call of EIP-4788, that of EIP-2935, transactions.
    uint256 internal constant ORIGIN_CALL = 0;
    uint256 internal constant PARENT_CALL = 1;
    uint256 internal constant TRANSACTIONS = 2;
    /// Receipts so far.
    uint256 internal constant RECEIPTS = 2;
    uint256 internal constant CUMULATIVE_GAS = 3;
    uint256 internal constant BLOOM = 4;
    uint256 internal constant TRANSACTION_LEAVES = 5;
    uint256 internal constant RECEIPT_LEAVES = 6;
    uint256 internal constant MODE = 7;
}

/// What is known of a block before its first transaction.
library FactsWords {
    uint256 internal constant COUNT = 16;
    /// Transactions of the block.
    uint256 internal constant TOTAL = 0;
    /// 1 where the origin is another than the parent's.
    uint256 internal constant ADVANCES = 1;
    uint256 internal constant FIRST_MESSAGE = 2;
    uint256 internal constant MESSAGE_COUNT = 3;
    uint256 internal constant ORIGIN_NUMBER = 4;
    uint256 internal constant ORIGIN_HASH = 5;
    uint256 internal constant ORIGIN_TIMESTAMP = 6;
    uint256 internal constant INBOX_ACCUMULATOR_AFTER = 7;
    uint256 internal constant TXS_ROOT = 8;
    uint256 internal constant FIRST_TX = 9;
    uint256 internal constant CONTENT_COUNT = 10;
    uint256 internal constant PARENT_MODE = 11;
    uint256 internal constant PARENT_BLOCK_HASH = 12;
    uint256 internal constant PARENT_OUTPUT_ROOT = 13;
    uint256 internal constant PARENT_ORIGIN_NUMBER = 14;
}

/// Between two transactions.
library BetweenWords {
    uint256 internal constant COUNT = 4;
    uint256 internal constant BLOCK_CONTEXT = 1;
    uint256 internal constant BLOCK_JOURNAL = 2;
    uint256 internal constant PROGRESS = 3;
}

/// A transaction whose first frame ended.
library EndWords {
    uint256 internal constant COUNT = 10;
    uint256 internal constant TRANSACTION = 1;
    uint256 internal constant BLOCK_CONTEXT = 2;
    uint256 internal constant JOURNAL = 3;
    uint256 internal constant BLOCK_JOURNAL = 4;
    uint256 internal constant LOG_COUNT = 5;
    uint256 internal constant LOGS = 6;
    uint256 internal constant SUCCEEDED = 7;
    uint256 internal constant GAS_USED = 8;
    uint256 internal constant PHASE = 9;
}

/// A transaction whose journal is part of the block's, and which has no receipt yet.
library ReceiptWords {
    uint256 internal constant COUNT = 14;
    uint256 internal constant TRANSACTION = 1;
    uint256 internal constant BLOCK_CONTEXT = 2;
    uint256 internal constant BLOCK_JOURNAL = 3;
    uint256 internal constant SUCCEEDED = 4;
    uint256 internal constant GAS_USED = 5;
    uint256 internal constant LOG_COUNT = 6;
    uint256 internal constant LOGS = 7;
    uint256 internal constant PHASE = 8;
    // Of a receipt that is put together in several steps; 0 before.
    /// Next log.
    uint256 internal constant ITEM = 9;
    /// Bytes of it that were taken.
    uint256 internal constant OFFSET = 10;
    /// Bytes that the logs take.
    uint256 internal constant PAYLOAD = 11;
    /// keccak256 of the transaction's own bloom.
    uint256 internal constant BLOOM = 12;
    /// Digest of the sponge.
    uint256 internal constant SPONGE = 13;
}

/// A block that has all its receipts, on the way of its journal into the state's tries.
library FlushWords {
    uint256 internal constant COUNT = 5;
    uint256 internal constant BLOCK_CONTEXT = 1;
    uint256 internal constant BLOCK_JOURNAL = 2;
    uint256 internal constant PROGRESS = 3;
    /// Root of the state with what was taken from the journal.
    uint256 internal constant ROOT = 4;
}

/// A pack before one of its frames is read.
library ReadingWords {
    uint256 internal constant COUNT = 11;
    /// keccak256(abi.encodePacked(bytes32[] frames)), and how many they are.
    uint256 internal constant FRAMES = 1;
    uint256 internal constant FRAME_COUNT = 2;
    uint256 internal constant FIRST_BLOCK = 3;
    uint256 internal constant BLOCK_COUNT = 4;
    uint256 internal constant NEXT_FRAME = 5;
    /// Transactions and blocks that are complete, and their trees.
    uint256 internal constant TX_COUNT = 6;
    uint256 internal constant TXS_ROOT = 7;
    uint256 internal constant BLOCKS_DONE = 8;
    uint256 internal constant BLOCKS_ROOT = 9;
    /// Digest of the block that goes on; 0 for none.
    uint256 internal constant CARRY = 10;
}

/// A pack while what was found in a frame is put into its trees.
library AppendingWords {
    uint256 internal constant COUNT = 10;
    /// Digest of the state READING before the frame.
    uint256 internal constant READING = 1;
    /// Tree in which digests of blocks and then of transactions lie, and the first word of them.
    uint256 internal constant OUTPUT = 2;
    uint256 internal constant FIRST_WORD = 3;
    uint256 internal constant BLOCKS = 4;
    uint256 internal constant TRANSACTIONS = 5;
    uint256 internal constant CARRY = 6;
    /// How many of them are in the trees.
    uint256 internal constant DONE = 7;
    uint256 internal constant BLOCKS_ROOT = 8;
    uint256 internal constant TXS_ROOT = 9;
}

/// Opens what a digest stands for.
library Preimage {
    using WitnessReader for Witness;

    function open(Witness memory witness, bytes32 digest, uint256 count)
        internal
        pure
        returns (uint256[] memory words)
    {
        words = witness.words(count);
        if (hash(words) != digest) revert IStep.WrongState();
    }

    function hash(uint256[] memory words) internal pure returns (bytes32) {
        uint256 pointer;
        assembly ("memory-safe") {
            pointer := add(words, 0x20)
        }
        return Hashing.range(pointer, words.length);
    }
}
