// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {OutboxKind} from "../bridge/IBridge.sol";

// Sends the transactions that the protocol itself makes (type 0x7e); nobody holds its key.
address constant SYSTEM = 0x00000000000000000000000000000000007EFFff;
address constant CHAIN_STATE = 0x00000000000000000000000000000000007E0001;
address constant OUTBOX = 0x00000000000000000000000000000000007e0002;
address constant L2_BRIDGE = 0x00000000000000000000000000000000007e0003;
address constant SETTLER = 0x00000000000000000000000000000000007E0004;
address constant FAUCET = 0x00000000000000000000000000000000007e0005;
address constant BASE_FEE_VAULT = 0x00000000000000000000000000000000007e0006;
address constant PRIORITY_FEE_VAULT = 0x00000000000000000000000000000000007E0007;
address constant BRIDGED_ERC20_IMPL = 0x00000000000000000000000000000000007e0008;
address constant BRIDGED_ERC721_IMPL = 0x00000000000000000000000000000000007E0009;
address constant DATA_FEE_VAULT = 0x00000000000000000000000000000000007E000A;
address constant BRIDGED_ERC1155_IMPL = 0x00000000000000000000000000000000007E000B;

error OnlySystem();

enum Mode {
    Active,
    Settle, // system transactions only, timestamp frozen
    Settled // outbox complete
}

/// What the chain knows of the L1 and of itself. Storage layout is part of the protocol (genesis and output roots):
/// slot 0: l1OriginNumber uint64 | l1OriginTimestamp uint64 << 64 | inboxPosition uint64 << 128 | mode uint8 << 192
/// slot 1: l1OriginHash   slot 2: inboxAccumulator   slot 3: owner   slot 4: faucetOperator
interface IChainState {
    event OriginAdvanced(uint64 indexed number, bytes32 hash, uint64 inboxPosition);
    event ModeChanged(Mode mode);

    /// First transaction of every block whose L1 origin differs from its parent's.
    function advance(uint64 number, bytes32 hash, uint64 timestamp, uint64 inboxPosition, bytes32 inboxAccumulator)
        external;
    /// Carries out the inbox's CLOSE message.
    function enterSettle() external;
    /// Called by the Settler when its last item is written.
    function enterSettled() external;

    function l1OriginNumber() external view returns (uint64);
    function l1OriginHash() external view returns (bytes32);
    function l1OriginTimestamp() external view returns (uint64);
    function inboxPosition() external view returns (uint64);
    function inboxAccumulator() external view returns (bytes32);
    function mode() external view returns (Mode);
    function owner() external view returns (address);
    function faucetOperator() external view returns (address);
}

/// Append-only Merkle tree of depth 32 of messages to the L1; empty leaves are zero.
/// Slot 0: root after every append; slot 1: count; slots 2..33: newest complete left subtree of each height.
interface IOutbox {
    event MessageAppended(uint64 indexed index, OutboxKind indexed kind, bytes32 leaf, bytes payload);

    error OnlyBridgeOrSettler();

    function append(OutboxKind kind, bytes calldata payload) external returns (uint64 index);
    function root() external view returns (bytes32);
    function count() external view returns (uint64);
}

interface IL2Bridge {
    event DepositFinalised(address indexed l1Token, address indexed l2Token, address indexed to, uint256 amountOrId);
    event WithdrawalStarted(uint64 indexed outboxIndex, address indexed token, address indexed from, address to, uint256 amountOrId);

    error NotBridged(address token);
    error NotOwner(address token, uint256 tokenId);
    error NotDelivered(address token, uint256 tokenId);
    error AlreadyWithdrawn(address token, uint256 tokenId);
    error InvalidRecipient();
    error ZeroAmount();

    /// Carry out inbox messages; system only. L2 token addresses are deterministic clones, deployed at first use.
    /// ETH arrives as the bridged token of l1Token = address(0) in currency mode `issued`.
    function finaliseErc20(address l1Token, address to, uint256 amount, string calldata name, string calldata symbol, uint8 decimals) external;
    function finaliseErc721(address l1Token, address to, uint256 tokenId, string calldata name, string calldata symbol, string calldata uri) external;

    /// Burns and releases on the L1. `to` is the L1 recipient.
    function withdrawErc20(address l2Token, address to, uint256 amount) external;
    /// A bridged token is burnt and released (no approval needed); one born here is taken for ever, which needs the owner's
    /// approval of this contract, and minted on its L1 twin.
    function withdrawErc721(address l2Token, address to, uint256 tokenId) external;
    /// Takes native coin for ever and mints the twin of the native coin.
    function withdrawNative(address to) external payable;

    function l2TokenOf(address l1Token, bool erc721) external view returns (address);
    /// Zero address and false when the token is not one of ours.
    function l1TokenOf(address l2Token) external view returns (address l1Token, bool bridged);
    /// Every bridged token, in order of first deposit.
    function bridgedTokens() external view returns (address[] memory);
    /// Whether a token born here went to its L1 twin.
    function isWithdrawn(address l2Token, uint256 tokenId) external view returns (bool);
}

/// A candidate owner; `creator` is the account whose transaction created the contract at `account`, or zero.
struct Holder {
    address account;
    address creator;
}

/// Writes the final ownership of everything into the outbox, reading it from the chain itself (PROTOCOL.md section 8).
/// Phases in order: native, bridged ERC-20, bridged ERC-721, collections. Within a phase items come strictly ascending over
/// all calls (by account; by token, then account; by token, then id), so nothing is written twice. System only.
///
/// Who gets what a contract holds: the fee vaults' and other predeploys' coin goes to the chain's owner; else the contract's
/// `owner()`, else its creator, if that is an externally owned account (no code, or an EIP-7702 designator); else a Claim
/// is written. Balances of the bridge, the faucet and the settler are no supply and are passed over, zero balances too.
/// A transaction with too little gas for the bounded calls reverts as a whole and can be sent again with fewer items.
interface ISettler {
    /// Nothing was written for this item: the token does not say who owns it. `reason`: "ownerOf", "burnt" or "recipient".
    event ItemSkipped(address indexed token, uint256 indexed amountOrId, bytes reason);
    event Settled(uint64 outboxCount);

    error NotAscending();
    error WrongPhase();
    /// Not a token of the bridge, or not of this standard.
    error NotBridgedToken(address token);
    error BridgedToken(address token);

    function settleNative(Holder[] calldata holders) external;
    function settleErc20(address l2Token, Holder[] calldata holders) external;
    /// Bridged ERC-721: released on the L1. `contractOwners` as in settleErc721.
    function settleBridgedErc721(address l2Token, uint256[] calldata tokenIds, Holder[] calldata contractOwners)
        external;
    /// Metadata of a collection born here; `uriPrefix`/`uriSuffix` are hints that settleErc721 verifies token by token.
    function settleCollection(address l2Token, address creator, string calldata uriPrefix, string calldata uriSuffix) external;
    /// Tokens of the collection announced last. A URI over 2 KiB is replaced by `urn:keccak256:<hex of its hash>`, so that
    /// the text can still be proven from chain data.
    /// @param contractOwners creators of those owners that are contracts; others may be left out
    function settleErc721(address l2Token, uint256[] calldata tokenIds, Holder[] calldata contractOwners) external;
    function finish() external;
}

/// Unissued native coin; its balance is no supply.
interface IFaucet {
    event Dripped(address indexed to, uint256 amountWei);

    error OnlyOperator();
    error DripFailed(address to);

    function drip(address to, uint256 amountWei) external;
}
