// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {BoundedCall} from "../lib/BoundedCall.sol";
import {RangeProof} from "../lib/RangeProof.sol";
import {IRollup, PackRecord} from "../rollup/IRollup.sol";
import {BridgeConfig} from "./BridgeBase.sol";
import {BridgeDeposits} from "./BridgeDeposits.sol";
import {BridgePayouts} from "./BridgePayouts.sol";
import {BridgeTwins, TwinImplementations} from "./BridgeTwins.sol";
import {IBridge, OutboxKind, OutboxMessage} from "./IBridge.sol";

/// One bridge per chain: deposits, proven payouts, and the escrow that pays for the end-of-life batches.
contract Bridge is BridgeDeposits, BridgePayouts {
    /// What settlement did not need stays reserved this long after the end, then it is the owner's.
    uint256 public constant ESCROW_HOLD = 30 days;
    /// Highest priority fee per gas that is refunded, wei.
    uint256 public constant MAX_REFUNDED_TIP = 1 gwei;
    /// Most gas that is refunded for one message: hostile tokens cannot burn the escrow.
    uint256 private constant MAX_GAS_PER_MESSAGE = 250_000;
    /// Calldata, hashing and loop of one message apart from its payload's bytes.
    uint256 private constant GAS_PER_MESSAGE = 4_000;
    uint256 private constant GAS_PER_PAYLOAD_BYTE = 8;
    /// Transaction, proof and refund; in full from this many messages, else in proportion, so that nobody drains the
    /// escrow by executing one by one.
    uint256 private constant GAS_PER_BATCH = 90_000;
    uint256 private constant FULL_BATCH = 32;
    /// Gas that the refund's recipient may use.
    uint256 private constant REFUND_GAS = 50_000;

    constructor(TwinImplementations memory implementations) BridgeTwins(implementations) {
        _disableInitializers();
    }

    /// Called by the factory in the transaction that makes the clone; the value is what genesis draws on in mode Eth.
    function initialize(BridgeConfig calldata config) external payable initializer {
        _config = config;
        if (config.lockedFunds > 0) _lock(config.currencyToken, config.lockedFunds);
        emit CurrencyFixed(config.currencyMode, config.currencyToken, config.lockedFunds);
    }

    /// @inheritdoc IBridge
    function execute(
        uint64 packIndex,
        uint64 startIndex,
        OutboxMessage[] calldata messages,
        bytes32[] calldata proof
    ) external nonReentrant {
        IRollup chain = IRollup(_config.rollup);
        if (!chain.isFinalised(packIndex)) revert NotFinalised(packIndex);
        PackRecord memory pack = chain.packRecord(packIndex);
        _verify(pack.outboxRoot, startIndex, messages, proof);

        address poster = pack.terminal && chain.isIsolated(packIndex) ? pack.proposer : address(0);
        (uint256 executed, uint256 refundable) = _executeAll(_openBooks(poster), startIndex, messages);
        // Messages proven against the first terminal pack lie below its outbox count: nothing that an addendum adds is refunded.
        if (pack.terminal && executed > 0 && packIndex == chain.terminalPack()) {
            uint256 share = executed < FULL_BATCH ? executed : FULL_BATCH;
            _refund(refundable + GAS_PER_BATCH * share / FULL_BATCH);
        }
    }

    /// @inheritdoc IBridge
    function claim(uint64 index) external nonReentrant {
        _claim(index, _credits[index].to);
    }

    /// @inheritdoc IBridge
    function claimTo(uint64 index, address to) external nonReentrant {
        address recipient = _credits[index].to;
        if (msg.sender != recipient) revert OnlyRecipient(recipient);
        if (to == address(0)) revert InvalidRecipient(to);
        _claim(index, to);
    }

    /// @inheritdoc IBridge
    function fundEscrow() external payable {
        if (msg.value == 0) revert ZeroAmount();
        escrow += msg.value;
        emit EscrowFunded(msg.sender, msg.value);
    }

    /// @inheritdoc IBridge
    function reclaimEscrow() external nonReentrant {
        IRollup chain = IRollup(_config.rollup);
        address owner = chain.owner();
        if (msg.sender != owner) revert OnlyOwner();
        uint64 terminal = chain.terminalPack();
        if (terminal == 0) revert NotFinalised(chain.packCount());
        PackRecord memory pack = chain.packRecord(terminal);
        uint256 free = pack.windowEnd + ESCROW_HOLD;
        if (block.timestamp < free) revert EscrowHeldUntil(uint64(free));
        if (!chain.isFinalised(terminal)) revert NotFinalised(terminal);
        uint256 amount = escrow;
        escrow = 0;
        emit EscrowSpent(owner, amount);
        (bool sent,) = owner.call{value: amount}("");
        if (!sent) revert PaymentFailed();
    }

    /// @return executed number of messages that were open and are not any more
    /// @return gasUsed what executing them is worth in a refund
    function _executeAll(Books memory books, uint64 startIndex, OutboxMessage[] calldata messages)
        private
        returns (uint256 executed, uint256 gasUsed)
    {
        // Sums of gas cannot overflow, and the proof bounded the indexes: this runs for every asset of a settlement.
        unchecked {
            for (uint256 i = 0; i < messages.length; i++) {
                uint64 index = startIndex + uint64(i);
                if (_isExecuted(books, index)) continue;
                uint256 used = _executeMeasured(books, index, messages[i]);
                if (used == 0) continue;
                executed++;
                gasUsed += used;
            }
        }
    }

    /// @return gasUsed what executing the message is worth in a refund; 0 when it stays open
    function _executeMeasured(Books memory books, uint64 index, OutboxMessage calldata message)
        private
        returns (uint256 gasUsed)
    {
        uint256 gasBefore = gasleft();
        bytes calldata payload = message.payload;
        if (!_executeMessage(books, index, message.kind, payload)) return 0;
        gasUsed = gasBefore - gasleft();
        if (gasUsed > MAX_GAS_PER_MESSAGE) gasUsed = MAX_GAS_PER_MESSAGE;
        gasUsed += GAS_PER_MESSAGE + GAS_PER_PAYLOAD_BYTE * payload.length;
    }

    function _verify(
        bytes32 root,
        uint64 startIndex,
        OutboxMessage[] calldata messages,
        bytes32[] calldata proof
    ) private pure {
        bytes32[] memory leaves = new bytes32[](messages.length);
        for (uint256 i = 0; i < messages.length; i++) {
            OutboxMessage calldata message = messages[i];
            leaves[i] = _leaf(startIndex + uint64(i), message.kind, message.payload);
        }
        bytes32 proven = RangeProof.root(startIndex, leaves, proof);
        if (proven == bytes32(0) || proven != root) revert InvalidProof();
    }

    /// keccak256(abi.encode(index, kind, payload)) in memory that is not kept.
    function _leaf(uint64 index, OutboxKind kind, bytes calldata payload) private pure returns (bytes32 hash) {
        assembly ("memory-safe") {
            let start := mload(0x40)
            let padded := and(add(payload.length, 0x1f), not(0x1f))
            mstore(start, index)
            mstore(add(start, 0x20), kind)
            mstore(add(start, 0x40), 0x60)
            mstore(add(start, 0x60), payload.length)
            // The last word first: what the payload does not fill of it must be zero.
            mstore(add(start, add(0x60, padded)), 0)
            if iszero(padded) { mstore(add(start, 0x60), 0) }
            calldatacopy(add(start, 0x80), payload.offset, payload.length)
            hash := keccak256(start, add(0x80, padded))
        }
    }

    function _claim(uint64 index, address to) private {
        Credit memory credit = _credits[index];
        if (credit.to == address(0)) revert NothingToClaim();
        delete _credits[index];
        // All gas may go to the recipient: this transaction is theirs, and failing it changes nothing.
        if (!_pay(credit.kind, credit.token, to, credit.amountOrId, credit.units, gasleft() / 2)) revert PaymentFailed();
        emit CreditClaimed(to, index);
    }

    function _refund(uint256 gasUsed) private {
        // Even where nothing will be paid, so that an estimate with gas price zero leaves room for the real call.
        BoundedCall.requireGas(REFUND_GAS, 40_000);
        uint256 price = block.basefee + MAX_REFUNDED_TIP;
        if (tx.gasprice < price) price = tx.gasprice;
        uint256 amount = gasUsed * price;
        if (amount > escrow) amount = escrow;
        if (amount == 0) return;
        escrow -= amount;
        (bool sent,) = msg.sender.call{value: amount, gas: REFUND_GAS}("");
        if (sent) emit EscrowSpent(msg.sender, amount);
        else escrow += amount;
    }
}
