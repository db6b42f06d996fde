// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {MessageKind} from "../../rollup/IInbox.sol";
import {CHAIN_STATE, IChainState, IL2Bridge, L2_BRIDGE, SETTLER, SYSTEM} from "../../predeploys/IPredeploys.sol";
import {Env, Transaction} from "../MachineState.sol";
import {BetweenWords, BlockWords, FactsWords, Kinds, Preimage, ProgressWords, Purposes} from "../Words.sol";
import {IStep} from "../IStep.sol";
import {BlockTransaction, InBlock} from "../lib/BlockTransaction.sol";
import {ForcedTransactions} from "../lib/ForcedTransactions.sol";
import {Decoded, TransactionDecoder} from "../lib/TransactionDecoder.sol";
import {Witness, WitnessReader} from "../lib/Witness.sol";
import {WordTree} from "../lib/WordTree.sol";

/// What comes next in a block, from its bytes: calls of the forks, transactions that follow from the L1, those of the content.
/// All rules are checked here that need no account; packages/engine/assembly/block.ts is the other implementation.
contract TransactionRead is IStep {
    using WitnessReader for Witness;
    using Preimage for Witness;
    using BlockTransaction for InBlock;
    using TransactionDecoder for Decoded;

    uint256 private constant PRAGUE = 1;

    // EIP-4788 and EIP-2935: who calls whom, with how much gas.
    uint256 private constant BEACON_ROOTS = uint160(0x000F3df6D732807Ef1319fB7B8bB8522d0Beac02);
    uint256 private constant HISTORY_STORAGE = uint160(0x0000F90827F1C53a10cb7A02335B175320002935);
    uint256 private constant CALLER = uint160(0xffffFFFfFFffffffffffffffFfFFFfffFFFfFFfE);
    uint256 private constant CALL_GAS = 30_000_000;

    // Gas limits of the protocol's transactions (packages/protocol/src/originTransactions.ts).
    uint256 private constant ADVANCE_GAS = 200_000;
    uint256 private constant CLOSE_GAS = 200_000;
    uint256 private constant DEPOSIT_GAS = 1_000_000;
    uint256 private constant COLLECTION_GAS = 1_500_000;

    // Bounds of the layer (packages/engine/assembly/block.ts).
    uint256 private constant MAX_BYTES = 98_304;
    uint256 private constant MAX_GAS = 1 << 25;
    uint256 private constant FORCED_GAS_LIMIT = 2_000_000;
    uint256 private constant MAX_INIT_CODE_SIZE = 49_152;

    uint256 private constant ACTIVE = 0;

    uint256 private constant TRANSACTION_GAS = 21_000;
    uint256 private constant CREATION_GAS = 53_000;
    uint256 private constant AUTHORIZATION_GAS = 25_000;

    /// A block that is open, and what is the same in all its transactions.
    struct Reading {
        InBlock b;
        uint256[] context;
    }

    /// @inheritdoc IStep
    function step(Env calldata env, bytes32 pre, bytes calldata witness) external view returns (bytes32) {
        Reading memory r;
        r.b.witness = WitnessReader.open(witness);
        uint256[] memory words = r.b.witness.open(pre, BetweenWords.COUNT);
        if (words[0] != Kinds.BETWEEN) revert WrongState();
        r.b.blockContext = bytes32(words[BetweenWords.BLOCK_CONTEXT]);
        r.b.blockJournal = bytes32(words[BetweenWords.BLOCK_JOURNAL]);
        r.b.progress = r.b.witness.open(bytes32(words[BetweenWords.PROGRESS]), ProgressWords.COUNT);
        r.b.facts = r.b.witness.open(bytes32(r.b.progress[ProgressWords.FACTS]), FactsWords.COUNT);
        r.context = r.b.witness.open(r.b.blockContext, BlockWords.COUNT);
        uint256 phase = r.b.progress[ProgressWords.PHASE];
        if (phase == ProgressWords.ORIGIN_CALL) {
            return _call(r, BEACON_ROOTS, Purposes.BEACON_ROOT, r.b.facts[FactsWords.ORIGIN_HASH]);
        }
        if (phase == ProgressWords.PARENT_CALL) {
            return _call(r, HISTORY_STORAGE, Purposes.BLOCK_HASH, r.b.facts[FactsWords.PARENT_BLOCK_HASH]);
        }
        uint256 index = r.b.progress[ProgressWords.RECEIPTS];
        // What follows the last one is another family's.
        if (index >= r.b.facts[FactsWords.TOTAL]) revert WrongState();
        uint256 ofOrigin = r.b.originCount();
        if (index >= ofOrigin) return _content(env, r, index - ofOrigin);
        return index == 0 ? _advance(r) : _message(env, r, r.b.facts[FactsWords.FIRST_MESSAGE] + index - 1);
    }

    /// A call that is no transaction. @param data its only word
    function _call(Reading memory r, uint256 to, uint256 purpose, uint256 data) private pure returns (bytes32) {
        Transaction memory transaction;
        transaction.sender = CALLER;
        transaction.to = to;
        uint256[] memory words = new uint256[](1);
        words[0] = data;
        (transaction.dataRoot, transaction.dataLength) = (WordTree.build(words, WordTree.DEPTH), 32);
        transaction.gasLimit = CALL_GAS;
        BlockTransaction.empty(transaction);
        transaction.purpose = purpose;
        return r.b.begin(transaction, BlockTransaction.CHECK, 0, 0);
    }

    function _advance(Reading memory r) private pure returns (bytes32) {
        uint256[] memory facts = r.b.facts;
        uint256 number = facts[FactsWords.ORIGIN_NUMBER];
        bytes memory data = abi.encodeCall(
            IChainState.advance,
            (
                uint64(number),
                bytes32(facts[FactsWords.ORIGIN_HASH]),
                uint64(facts[FactsWords.ORIGIN_TIMESTAMP]),
                uint64(facts[FactsWords.FIRST_MESSAGE] + facts[FactsWords.MESSAGE_COUNT]),
                bytes32(facts[FactsWords.INBOX_ACCUMULATOR_AFTER])
            )
        );
        return _protocol(r, BlockTransaction.FROM_ORIGIN, number, CHAIN_STATE, ADVANCE_GAS, data);
    }

    function _protocol(
        Reading memory r,
        uint256 domain,
        uint256 number,
        address to,
        uint256 gas,
        bytes memory data
    ) private pure returns (bytes32) {
        bytes memory raw =
            BlockTransaction.protocolRaw(r.context[BlockWords.CHAIN_ID], domain, number, to, gas, data);
        uint256 pointer;
        assembly ("memory-safe") {
            pointer := add(raw, 0x20)
        }
        r.b.keep(pointer, raw.length);
        return r.b.begin(BlockTransaction.protocol(to, gas, data), BlockTransaction.SENDER, 0, 0);
    }

    /// A message of the inbox, which has checked what deliveries consist of.
    function _message(Env calldata env, Reading memory r, uint256 index) private view returns (bytes32) {
        uint256[] memory head = r.b.witness.words(4);
        (uint256 pointer, uint256 size) = _bytes(r);
        bytes32 dataHash;
        assembly ("memory-safe") {
            dataHash := keccak256(pointer, size)
        }
        ForcedTransactions.checkMessage(env.inbox, index, head, dataHash);
        uint256 kind = head[0];
        if (kind == uint256(MessageKind.ForcedTransaction)) return _forced(env, r, index, pointer, size, dataHash);
        if (kind == uint256(MessageKind.Close)) {
            return _ofMessage(r, index, CHAIN_STATE, CLOSE_GAS, abi.encodeCall(IChainState.enterSettle, ()));
        }
        if (kind == uint256(MessageKind.DepositEth)) {
            (address to, uint256 amount) = abi.decode(_slice(pointer, size), (address, uint256));
            bytes memory data = abi.encodeCall(IL2Bridge.finaliseErc20, (address(0), to, amount, "Ether", "ETH", 18));
            return _ofMessage(r, index, L2_BRIDGE, DEPOSIT_GAS, data);
        }
        (bytes4 selector, uint256 gas) = _delivery(kind);
        return _ofMessage(r, index, L2_BRIDGE, gas, bytes.concat(selector, _slice(pointer, size)));
    }

    function _ofMessage(Reading memory r, uint256 index, address to, uint256 gas, bytes memory data)
        private
        pure
        returns (bytes32)
    {
        return _protocol(r, BlockTransaction.FROM_MESSAGE, index, to, gas, data);
    }

    /// The bridge on the layer is called with the words of the message.
    function _delivery(uint256 kind) private pure returns (bytes4, uint256) {
        if (kind == uint256(MessageKind.DepositErc20)) return (IL2Bridge.finaliseErc20.selector, DEPOSIT_GAS);
        if (kind == uint256(MessageKind.DepositErc721)) return (IL2Bridge.finaliseErc721.selector, COLLECTION_GAS);
        if (kind == uint256(MessageKind.DepositErc1155)) return (IL2Bridge.finaliseErc1155.selector, COLLECTION_GAS);
        return (IL2Bridge.registerToken.selector, DEPOSIT_GAS);
    }

    /// What a user forced in is executed as any transaction, or a record says why not.
    function _forced(
        Env calldata env,
        Reading memory r,
        uint256 index,
        uint256 pointer,
        uint256 size,
        bytes32 dataHash
    ) private pure returns (bytes32) {
        Decoded memory tx_;
        (tx_.raw, tx_.rawSize) = (pointer, size);
        uint256 why = _decodeForced(env, r, tx_);
        if (why == 0) {
            r.b.keep(pointer, size);
            return _user(env, r, tx_, type(uint256).max);
        }
        (bytes memory data, bytes memory raw) =
            ForcedTransactions.skip(r.context[BlockWords.CHAIN_ID], index, dataHash, why);
        uint256 made;
        assembly ("memory-safe") {
            made := add(raw, 0x20)
        }
        r.b.keep(made, raw.length);
        return r.b.begin(ForcedTransactions.skipping(data), BlockTransaction.SENDER, 0, 0);
    }

    function _decodeForced(Env calldata env, Reading memory r, Decoded memory tx_) private pure returns (uint256) {
        uint256 pointer = tx_.raw;
        uint256 first;
        assembly ("memory-safe") {
            first := byte(0, mload(pointer))
        }
        if (tx_.rawSize > 0 && first == TransactionDecoder.SYSTEM) return TransactionDecoder.WRONG_TYPE;
        uint256 why = tx_.decode(r.context[BlockWords.CHAIN_ID], env.fork == PRAGUE);
        if (why == 0 && tx_.gasLimit > FORCED_GAS_LIMIT) return ForcedTransactions.GAS_LIMIT;
        return why;
    }

    /// Transaction `place` of the content; one that breaks a rule breaks the block.
    function _content(Env calldata env, Reading memory r, uint256 place) private pure returns (bytes32) {
        Decoded memory tx_;
        if (!_open(r, r.b.facts[FactsWords.FIRST_TX] + place, tx_)) return BlockTransaction.invalid();
        if (tx_.decode(r.context[BlockWords.CHAIN_ID], env.fork == PRAGUE) != 0 || tx_.gasLimit > MAX_GAS) {
            return BlockTransaction.invalid();
        }
        uint256 left = _gasLeft(r);
        if (tx_.kind != TransactionDecoder.SYSTEM) {
            bool isOpen = r.b.progress[ProgressWords.MODE] == ACTIVE && r.b.facts[FactsWords.PARENT_MODE] == ACTIVE;
            if (!isOpen || tx_.gasLimit > left) return BlockTransaction.invalid();
            r.b.keep(tx_.raw, tx_.rawSize);
            return _user(env, r, tx_, left);
        }
        // Alone in its block it may have the whole limit, whatever the protocol's own transactions took.
        if (place == 0) left = r.context[BlockWords.GAS_LIMIT];
        uint256 parentMode = r.b.facts[FactsWords.PARENT_MODE];
        bool mayBe = parentMode != ACTIVE && r.b.progress[ProgressWords.MODE] == parentMode;
        bool isSettlement = tx_.sender == uint160(SYSTEM) && tx_.to == uint160(SETTLER) && tx_.value == 0;
        if (!mayBe || !isSettlement || tx_.gasLimit > left) return BlockTransaction.invalid();
        r.b.keep(tx_.raw, tx_.rawSize);
        Transaction memory transaction =
            BlockTransaction.system(tx_.sender, tx_.to, tx_.gasLimit, tx_.data, tx_.dataSize);
        return r.b.begin(transaction, BlockTransaction.SENDER, 0, 0);
    }

    function _gasLeft(Reading memory r) private pure returns (uint256) {
        uint256 limit = r.context[BlockWords.GAS_LIMIT];
        uint256 used = r.b.progress[ProgressWords.CUMULATIVE_GAS];
        return used > limit ? 0 : limit - used;
    }

    /// Shows word `index` of the tree of the pack's transactions, and the bytes. @return false for one that is too large, of which
    /// only the hashes of its pieces are shown
    function _open(Reading memory r, uint256 index, Decoded memory tx_) private pure returns (bool) {
        Witness memory w = r.b.witness;
        bytes32 digest =
            bytes32(WordTree.leaf(w, bytes32(r.b.facts[FactsWords.TXS_ROOT]), index, WordTree.DEPTH));
        uint256[] memory sizes = w.words(w.word());
        uint256 total = 0;
        for (uint256 i = 0; i < sizes.length; i++) total += sizes[i];
        bytes32 chain = 0;
        if (total > MAX_BYTES) {
            uint256[] memory hashes = w.words(sizes.length);
            for (uint256 i = 0; i < sizes.length; i++) chain = keccak256(abi.encode(chain, hashes[i], sizes[i]));
            if (chain != digest) revert WrongState();
            return false;
        }
        uint256 size;
        uint256 piece;
        (piece, size) = _bytes(r);
        if (size != total) revert WrongState();
        (tx_.raw, tx_.rawSize) = (piece, size);
        for (uint256 i = 0; i < sizes.length; i++) {
            uint256 length = sizes[i];
            bytes32 hash;
            assembly ("memory-safe") {
                hash := keccak256(piece, length)
            }
            chain = keccak256(abi.encode(chain, hash, length));
            piece += length;
        }
        if (chain != digest) revert WrongState();
        return true;
    }

    /// Bytes that are shown: their number, then they, filled up to whole words. @return pointer where in memory they are
    function _bytes(Reading memory r) private pure returns (uint256 pointer, uint256 size) {
        size = r.b.witness.word();
        uint256[] memory words = r.b.witness.words((size >> 5) + (size & 31 == 0 ? 0 : 1));
        assembly ("memory-safe") {
            pointer := add(words, 0x20)
        }
    }

    function _slice(uint256 pointer, uint256 size) private pure returns (bytes memory data) {
        data = new bytes(size);
        assembly ("memory-safe") {
            mcopy(add(data, 0x20), pointer, size)
        }
    }

    /// Begins a user's transaction with what is left to be checked about its sender's account.
    /// @param gasLeft of the block @return INVALID where it is known already that one of the content breaks a rule
    function _user(Env calldata env, Reading memory r, Decoded memory tx_, uint256 gasLeft)
        private
        pure
        returns (bytes32)
    {
        Transaction memory transaction;
        (transaction.sender, transaction.creates, transaction.to) = (tx_.sender, tx_.creates, tx_.to);
        (transaction.value, transaction.nonce) = (tx_.value, tx_.nonce);
        transaction.dataRoot = BlockTransaction.dataRoot(tx_.data, tx_.dataSize);
        transaction.dataLength = tx_.dataSize;
        transaction.gasLimit = tx_.gasLimit;
        transaction.kind = tx_.kind;
        BlockTransaction.empty(transaction);
        _lists(transaction, tx_);
        _gas(env, transaction, tx_);
        unchecked {
            transaction.dataFee = env.gasless != 0 ? 0 : env.dataFeePerByte * tx_.rawSize;
        }
        uint256 baseFee = r.context[BlockWords.BASE_FEE];
        (uint256 why, uint256 cost) = _static(transaction, tx_, baseFee);
        if (why != 0 && gasLeft != type(uint256).max) return BlockTransaction.invalid();
        if (why != ForcedTransactions.FEE_CAP) {
            uint256 most = tx_.maxFee - baseFee;
            transaction.gasPrice = baseFee + (most < tx_.priorityFee ? most : tx_.priorityFee);
        }
        return r.b.begin(transaction, BlockTransaction.CHECK, why, cost);
    }

    /// The first rule that is broken and doesn't depend on the sender's account.
    /// @return why 0 for none
    /// @return cost what the sender must have: gas limit * fee cap + value + data fee
    function _static(Transaction memory transaction, Decoded memory tx_, uint256 baseFee)
        private
        pure
        returns (uint256 why, uint256 cost)
    {
        if (tx_.maxFee < tx_.priorityFee || tx_.maxFee < baseFee) return (ForcedTransactions.FEE_CAP, 0);
        unchecked {
            // Three additions at most overflow a word only where one of these does.
            if (tx_.gasLimit != 0 && type(uint256).max / tx_.gasLimit < tx_.maxFee) return (ForcedTransactions.FUNDS, 0);
            cost = tx_.gasLimit * tx_.maxFee + tx_.value;
            if (cost < tx_.value) return (ForcedTransactions.FUNDS, 0);
            cost += transaction.dataFee;
            if (cost < transaction.dataFee) return (ForcedTransactions.FUNDS, 0);
        }
        bool isPaid = tx_.gasLimit >= transaction.intrinsicGas && tx_.gasLimit >= transaction.floorGas;
        bool isTooLong = tx_.creates != 0 && tx_.dataSize > MAX_INIT_CODE_SIZE;
        if (!isPaid || isTooLong) why = ForcedTransactions.OTHER;
    }

    /// Gas before the first instruction (EIP-2028, EIP-2930, EIP-3860, EIP-7702), and the floor of EIP-7623.
    function _gas(Env calldata env, Transaction memory transaction, Decoded memory tx_) private pure {
        uint256 tokens = BlockTransaction.tokens(tx_.data, tx_.dataSize);
        uint256 gas = tx_.creates != 0 ? CREATION_GAS + 2 * ((tx_.dataSize + 31) >> 5) : TRANSACTION_GAS;
        gas += 4 * tokens + AUTHORIZATION_GAS * tx_.authorizations.length;
        uint256 keys = tx_.accesses.length - tx_.accessCount;
        transaction.intrinsicGas = gas + 2_400 * tx_.accessCount + 1_900 * keys;
        transaction.floorGas = env.fork == PRAGUE ? TRANSACTION_GAS + 10 * tokens : 0;
    }

    /// Commitments to lists of accesses and of authorisations. They are used up.
    function _lists(Transaction memory transaction, Decoded memory tx_) private pure {
        transaction.accessCount = tx_.accesses.length;
        if (tx_.accesses.length > 0) transaction.accessList = WordTree.build(tx_.accesses, WordTree.DEPTH);
        transaction.authorizationCount = tx_.authorizations.length;
        if (tx_.authorizations.length > 0) {
            transaction.authorizations = WordTree.build(tx_.authorizations, WordTree.DEPTH);
        }
    }
}
