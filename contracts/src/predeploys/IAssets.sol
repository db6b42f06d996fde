// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {TokenStandard} from "../rollup/IInbox.sol";
import {Holder} from "./IPredeploys.sol";

// Interfaces of all assets, which IPredeploys.sol, IBridge.sol and IRollup.sol take over with their implementations: the
// functions will then be those of Settler, L2Bridge, Bridge and Rollup.

/// Kinds of assets in the order in which they are settled.
enum Phase {
    Native,
    BridgedErc20,
    BridgedErc721,
    BridgedErc1155,
    Erc20,
    Collections721,
    Collections1155,
    Finished
}

/// Writes the final ownership of everything into the outbox, reading it from the chain itself (PROTOCOL.md section 8,
/// docs/decisions/0014-beneficiaries.md). System only.
///
/// In mode Settle the phases come in their order, and within a phase items come strictly ascending over all calls (by
/// account; by token, then account or id; by token, then id, then account). In mode Settled (an addendum) tokens come in any
/// order, items ascending within a call. Either way what was written once (per asset and account, or per ERC-721 id) is
/// passed over, so nothing leaves twice.
///
/// Who gets what a contract holds, the first that applies:
/// 1. predeploys: a fee vault's recipient, else the chain's owner. The native coin of the bridge is no supply, nor is that
///    of the faucet and the settler in currency mode `issued`: passed over.
/// 2. an externally owned account (no code, or an EIP-7702 designator): itself
/// 3. `settlementBeneficiaries() returns (address[] accounts, uint256[] weights)`: 1 to 64 accounts, pro rata; the remainder
///    of the rounding to the first, an ERC-721 token whole to the first. An account that is a contract stands for its owner()
///    or the chain's owner.
/// 4. settleShares: the holders of the shares that the contract issues, pro rata; never ERC-721 tokens
/// 5. `owner()`, if externally owned
/// 6. Holder.creator, if externally owned
/// 7. the chain's owner
/// Zero balances are passed over. A transaction with too little gas for the bounded calls reverts as a whole and can be sent
/// again with fewer items. Whatever a token does, it costs a bounded amount of gas and blocks no other.
interface ISettlerAssets {
    /// Nothing was written for this item. `reason`: "balanceOf" or "ownerOf" (the token does not say), "burnt", or, with
    /// amountOrId = the account, "shares" (the named holders do not hold all shares: settled by the rules after them).
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
    /// Bridged ERC-1155: released on the L1. Ids of a token ascend over the calls.
    function settleBridgedErc1155(address l2Token, uint256 tokenId, Holder[] calldata holders) external;
    /// Describes an ERC-20 born here for its twin; settleErc20Born follows.
    /// @param creator as Holder.creator of the token
    function settleToken20(address l2Token, address creator) external;
    /// Holders of the token announced last.
    function settleErc20Born(address l2Token, Holder[] calldata holders) external;
    /// Metadata of a collection born here; `uriPrefix`/`uriSuffix` are hints that settleErc721 verifies token by token.
    function settleCollection(address l2Token, address creator, string calldata uriPrefix, string calldata uriSuffix) external;
    /// Tokens of the collection announced last. A URI over 2 KiB is replaced by `urn:keccak256:<hex of its hash>`, so that
    /// the text can still be proven from chain data.
    /// @param contractOwners creators of those owners that are contracts; others may be left out
    function settleErc721(address l2Token, uint256[] calldata tokenIds, Holder[] calldata contractOwners) external;
    /// Describes an ERC-1155 born here for its twin, with what it answers to uri(0) as the template; settleErc1155 follows.
    function settleCollection1155(address l2Token, address creator) external;
    /// Holders of one id of the collection announced last.
    function settleErc1155(address l2Token, uint256 tokenId, Holder[] calldata holders) external;

    /// Settles one item, at its place among the others of its phase, whose holder issues shares of what it has: an ERC-20
    /// with holders of its own (a pool, a vault). Pro rata to its holders, rounded down, the remainder to the first.
    /// The item goes by the rules after this one when the account has settlementBeneficiaries(), when more than 512 holders
    /// are named, or when what they hold, by the token's own word, is not all of its totalSupply. Shares of the zero address
    /// and of the contract itself count towards the supply and receive nothing.
    /// @param phase one of Native, BridgedErc20, BridgedErc1155, Erc20, Collections1155; the last two after their announcement
    /// @param l2Token the asset, zero in phase Native
    /// @param tokenId of an ERC-1155, else 0
    /// @param holder of the asset, and issuer of the shares
    /// @param shareHolders strictly ascending; `creator` as everywhere
    function settleShares(
        Phase phase,
        address l2Token,
        uint256 tokenId,
        Holder calldata holder,
        Holder[] calldata shareHolders
    ) external;

    /// Enters mode Settled; not part of an addendum.
    function finish() external;

    /// Whether the balance of this account went to the outbox; `l2Token` zero = native coin.
    function isSettled(address l2Token, address account) external view returns (bool);
    /// The same for an ERC-721 token.
    function isSettledId(address l2Token, uint256 tokenId) external view returns (bool);
    /// The same for an account's units of one ERC-1155 id.
    function isSettledUnits(address l2Token, uint256 tokenId, address account) external view returns (bool);
}

interface IL2BridgeAssets {
    event TokenRegistered(address indexed l1Token, address indexed l2Token, TokenStandard standard);

    function finaliseErc1155(address l1Token, address to, uint256 tokenId, uint256 amount, string calldata uri) external;
    /// Makes the bridged token exist before its first deposit. Repeated, it renews owner and royalties and nothing else.
    function registerToken(address l1Token, TokenStandard standard, string calldata name, string calldata symbol, uint8 decimals, address owner, address royaltyReceiver, uint16 royaltyBps) external;
    /// As withdrawErc20; a token born here needs the owner's approval of this contract.
    function withdrawErc1155(address l2Token, address to, uint256 tokenId, uint256 amount) external;
    function l2Erc1155Of(address l1Token) external view returns (address);
    /// Meaningful for bridged tokens only.
    function standardOf(address l2Token) external view returns (TokenStandard);
}

interface IBridgeAssets {
    /// Credits what arrived. ERC-1155 tokens that come in any other way are refused.
    function depositErc1155(address token, address to, uint256 tokenId, uint256 amount) external;
    /// Tells the chain what the token says of itself (names, owner, royalties), so that its image exists there before the
    /// first deposit. Anybody may call, and again when owner or royalties have changed.
    function registerToken(address token, TokenStandard standard) external;
    /// Puts a signed transaction of the chain, at most 16 KiB, into the inbox.
    function forceTransaction(bytes calldata raw) external;
    /// Address of the L1 twin of a token of any standard, deployed or not.
    /// @param poster zero, or the proposer of an isolated addendum (IRollup.PackRecord), whose twins are others
    function tokenTwin(address l2Token, TokenStandard standard, address poster) external view returns (address);
    /// isExecuted for the isolated addenda of `poster`.
    function isExecutedFor(address poster, uint64 index) external view returns (bool);
    /// Units of one id of an L1 ERC-1155 owed to the chain.
    function lockedUnits(address l1Token, uint256 tokenId) external view returns (uint256);
}

/// CreateParams gains `address currencyToken` after `currencyMode` and `uint256 lockedFunds` after `proposerFunds` (the sum of
/// genesis balances in modes Eth and Erc20, else 0): ETH comes with the call (msg.value = bond + settlementEscrow +
/// proposerFunds + lockedFunds), tokens are drawn from the caller's allowance for the factory.
/// PackRecord gains, after `proposer`, `bool addendum` and `bool isolated`: an addendum of a stranger that nobody could
/// dispute (the chain has no dispute game): its outbox may only mint, and on twins that are its proposer's alone (`tokenTwin`
/// and `isExecutedFor` with that account), so that it takes nothing that the settlement promised to others. Addenda of the
/// chain's own proposer, and all on chains with a dispute game, are not isolated.
interface IRollupAssets {
    /// Index of the first terminal pack; 0 when there is none.
    function terminalPack() external view returns (uint64);
}
