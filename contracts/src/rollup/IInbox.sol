// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

enum MessageKind {
    None,
    DepositEth, // abi.encode(address to, uint256 amountWei)
    DepositErc20, // abi.encode(address l1Token, address to, uint256 amount, string name, string symbol, uint8 decimals)
    DepositErc721, // abi.encode(address l1Token, address to, uint256 tokenId, string name, string symbol, string uri)
    ForcedTransaction, // raw signed transaction of the chain, as its own wire form: not abi-encoded
    Close, // empty
    DepositErc1155, // abi.encode(address l1Token, address to, uint256 tokenId, uint256 amount, string uri)
    RegisterToken // abi.encode(address l1Token, uint8 standard, string name, string symbol, uint8 decimals, address owner, address royaltyReceiver, uint16 royaltyBps)
}

/// Standards of tokens, as messages number them.
enum TokenStandard {
    Erc20,
    Erc721,
    Erc1155
}

/// Hash chain of L1 -> L2 messages.
/// accumulator(0) = 0; accumulator(i + 1) = keccak256(abi.encode(accumulator(i), i, kind, sender, l1Block, l1Timestamp,
/// keccak256(data))).
interface IInbox {
    event MessageDelivered(
        uint64 indexed index,
        MessageKind indexed kind,
        address indexed sender,
        uint64 l1Block,
        uint64 l1Timestamp,
        bytes data,
        bytes32 accumulator
    );

    error OnlyBridgeOrRollup();
    error InboxClosed();
    /// This L1 block took as many messages, or as many forced transactions, as it may.
    error InboxFull(uint64 l1Block);
    error MessageTooLarge(uint256 size);
    error UnknownPosition(uint64 position);

    /// Only the chain's bridge delivers, and its rollup the CLOSE message, after which nothing is accepted. At most 64
    /// messages per L1 block (CLOSE is exempt), 16 of them forced transactions, 16 KiB each.
    function deliver(MessageKind kind, address sender, bytes calldata data) external returns (uint64 index);

    function messageCount() external view returns (uint64);
    /// Accumulator after `position` messages; reverts with UnknownPosition beyond messageCount.
    function accumulatorAt(uint64 position) external view returns (bytes32);
    /// L1 time of message `index`, seconds; 0 when there is none.
    function timestampOf(uint64 index) external view returns (uint64);
    /// L1 block of message `index`; 0 when there is none.
    function l1BlockOf(uint64 index) external view returns (uint64);
    function closed() external view returns (bool);
}
