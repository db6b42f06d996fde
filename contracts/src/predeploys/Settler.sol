// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC1155} from "@openzeppelin/contracts/token/ERC1155/IERC1155.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Strings} from "@openzeppelin/contracts/utils/Strings.sol";
import {OutboxKind} from "../bridge/IBridge.sol";
import {TokenStandard} from "../rollup/IInbox.sol";
import {CurrencyMode} from "../rollup/IRollupFactory.sol";
import {Beneficiary, Split} from "./Beneficiary.sol";
import {CollectionReader} from "./CollectionReader.sol";
import {
    CHAIN_STATE,
    FAUCET,
    Holder,
    IChainState,
    IL2Bridge,
    IOutbox,
    ISettler,
    L2_BRIDGE,
    OUTBOX,
    Phase,
    SETTLER
} from "./IPredeploys.sol";
import {SettlementOrder} from "./SettlementOrder.sol";

/// The chain's last act: everything it knows of ownership becomes outbox messages.
contract Settler is ISettler, SettlementOrder {
    /// What accounts have amounts of.
    struct Asset {
        Phase phase;
        address l2Token;
        uint256 tokenId;
        /// What messages name: the L1 token of what is released, else the token itself.
        address target;
        OutboxKind kind;
    }

    /// URI hints of the collection announced last.
    string private _uriPrefix;
    string private _uriSuffix;
    /// Template of the ERC-1155 announced last.
    bytes32 private _templateHash;
    /// INVARIANT: what was written once is never written again.
    mapping(address l2Token => mapping(address account => bool)) private _settled;
    mapping(address l2Token => mapping(uint256 word => uint256 bits)) private _settledIds;
    mapping(address l2Token => mapping(uint256 tokenId => mapping(address account => bool))) private _settledUnits;
    /// Ids of an ERC-1155 whose URI went to the outbox.
    mapping(address l2Token => mapping(uint256 word => uint256 bits)) private _uriWritten;

    /// @inheritdoc ISettler
    function settleNative(Holder[] calldata holders) external settling {
        _settleAll(_enterAsset(Phase.Native, address(0), 0), holders);
    }

    /// @inheritdoc ISettler
    function settleErc20(address l2Token, Holder[] calldata holders) external settling {
        _settleAll(_enterAsset(Phase.BridgedErc20, l2Token, 0), holders);
    }

    /// @inheritdoc ISettler
    function settleBridgedErc721(address l2Token, uint256[] calldata tokenIds, Holder[] calldata contractOwners)
        external
        settling
    {
        address l1Token = _l1TokenOf(l2Token, TokenStandard.Erc721);
        _enter(Phase.BridgedErc721, l2Token, 0);
        for (uint256 i = 0; i < tokenIds.length; i++) {
            uint256 tokenId = tokenIds[i];
            _advance(tokenId);
            (bool known, address owner) = CollectionReader.ownerOf(l2Token, tokenId);
            // Burnt by an early withdrawal: it left already.
            if (!known || !_take(_settledIds[l2Token], tokenId)) continue;
            address to = Beneficiary.ofWhole(owner, _creatorOf(owner, contractOwners));
            _append(OutboxKind.ReleaseErc721, abi.encode(l1Token, to, tokenId));
        }
    }

    /// @inheritdoc ISettler
    function settleBridgedErc1155(address l2Token, uint256 tokenId, Holder[] calldata holders) external settling {
        _settleAll(_enterAsset(Phase.BridgedErc1155, l2Token, tokenId), holders);
    }

    /// @inheritdoc ISettler
    function settleToken20(address l2Token, address creator) external settling {
        _announce(Phase.Erc20, l2Token);
        address owner = Beneficiary.titleOf(l2Token, creator);
        _append(OutboxKind.Erc20Metadata, CollectionReader.metadata20(l2Token, owner));
    }

    /// @inheritdoc ISettler
    function settleErc20Born(address l2Token, Holder[] calldata holders) external settling {
        _settleAll(_enterAsset(Phase.Erc20, l2Token, 0), holders);
    }

    /// @inheritdoc ISettler
    function settleCollection(address l2Token, address creator, string calldata uriPrefix, string calldata uriSuffix)
        external
        settling
    {
        _announce(Phase.Collections721, l2Token);
        _uriPrefix = uriPrefix;
        _uriSuffix = uriSuffix;
        address owner = Beneficiary.titleOf(l2Token, creator);
        _append(OutboxKind.Collection, CollectionReader.metadata(l2Token, owner, uriPrefix, uriSuffix));
    }

    /// @inheritdoc ISettler
    function settleErc721(address l2Token, uint256[] calldata tokenIds, Holder[] calldata contractOwners)
        external
        settling
    {
        _resume(Phase.Collections721, l2Token, 0);
        string memory prefix = _uriPrefix;
        string memory suffix = _uriSuffix;
        for (uint256 i = 0; i < tokenIds.length; i++) {
            uint256 start = _memoryStart();
            _advance(tokenIds[i]);
            _settleToken(l2Token, tokenIds[i], contractOwners, prefix, suffix);
            _freeMemory(start);
        }
    }

    /// @inheritdoc ISettler
    function settleCollection1155(address l2Token, address creator) external settling {
        _announce(Phase.Collections1155, l2Token);
        bytes memory template = CollectionReader.unitsUriOf(l2Token, 0);
        _templateHash = keccak256(template);
        address owner = Beneficiary.titleOf(l2Token, creator);
        _append(OutboxKind.Collection1155, CollectionReader.metadata1155(l2Token, owner, template));
    }

    /// @inheritdoc ISettler
    function settleErc1155(address l2Token, uint256 tokenId, Holder[] calldata holders) external settling {
        _settleAll(_enterAsset(Phase.Collections1155, l2Token, tokenId), holders);
    }

    /// @inheritdoc ISettler
    function settleShares(
        Phase phase,
        address l2Token,
        uint256 tokenId,
        Holder calldata holder,
        Holder[] calldata shareHolders
    ) external settling {
        Asset memory asset = _enterAsset(phase, l2Token, tokenId);
        _advance(uint160(holder.account));
        uint256 amount = _takeAmount(asset, holder.account);
        if (amount == 0) return;
        Split memory split = Beneficiary.named(holder.account);
        if (split.total == 0) {
            split = Beneficiary.shared(holder.account, shareHolders);
            if (split.total == 0) emit SharesRefused(holder.account);
        }
        if (split.total > 0) _writeSplit(asset, amount, split);
        else _writeAmount(asset, Beneficiary.byOwnership(holder.account, holder.creator), amount);
    }

    /// @inheritdoc ISettler
    function finish() external settling {
        _end();
        emit Settled(IOutbox(OUTBOX).count());
        IChainState(CHAIN_STATE).enterSettled();
    }

    /// @inheritdoc ISettler
    function isSettled(address l2Token, address account) external view returns (bool) {
        return _settled[l2Token][account];
    }

    /// @inheritdoc ISettler
    function isSettledId(address l2Token, uint256 tokenId) external view returns (bool) {
        return _settledIds[l2Token][tokenId >> 8] >> (tokenId & 0xff) & 1 == 1;
    }

    /// @inheritdoc ISettler
    function isSettledUnits(address l2Token, uint256 tokenId, address account) external view returns (bool) {
        return _settledUnits[l2Token][tokenId][account];
    }

    function _settleAll(Asset memory asset, Holder[] calldata holders) private {
        for (uint256 i = 0; i < holders.length; i++) {
            uint256 start = _memoryStart();
            address account = holders[i].account;
            _advance(uint160(account));
            uint256 amount = _takeAmount(asset, account);
            if (amount > 0) _settleAmount(asset, account, holders[i].creator, amount);
            _freeMemory(start);
        }
    }

    function _settleAmount(Asset memory asset, address account, address creator, uint256 amount) private {
        address to = Beneficiary.direct(account);
        if (to == address(0)) {
            Split memory split = Beneficiary.named(account);
            if (split.total > 0) return _writeSplit(asset, amount, split);
            to = Beneficiary.byOwnership(account, creator);
        }
        _writeAmount(asset, to, amount);
    }

    /// Pro rata, rounded down; the first that has a part gets what the rounding leaves.
    function _writeSplit(Asset memory asset, uint256 amount, Split memory split) private {
        uint256 first = 0;
        while (split.weights[first] == 0) first++;
        uint256 rest = amount;
        for (uint256 i = first + 1; i < split.accounts.length; i++) {
            uint256 part = Math.mulDiv(amount, split.weights[i], split.total);
            rest -= part;
            if (part > 0) _writeAmount(asset, split.accounts[i], part);
        }
        _writeAmount(asset, split.accounts[first], rest);
    }

    function _writeAmount(Asset memory asset, address to, uint256 amount) private {
        if (asset.kind == OutboxKind.MintNative) _append(asset.kind, abi.encode(to, amount));
        else if (asset.kind == OutboxKind.ReleaseErc1155) {
            _append(asset.kind, abi.encode(asset.target, to, asset.tokenId, amount));
        } else if (asset.kind == OutboxKind.MintErc1155) {
            bytes memory uri = _unitsUri(asset.l2Token, asset.tokenId);
            _append(asset.kind, abi.encode(asset.target, to, asset.tokenId, amount, uri));
        } else {
            _append(asset.kind, abi.encode(asset.target, to, amount));
        }
    }

    function _settleToken(
        address l2Token,
        uint256 tokenId,
        Holder[] calldata contractOwners,
        string memory prefix,
        string memory suffix
    ) private {
        (bool known, address owner) = CollectionReader.ownerOf(l2Token, tokenId);
        if (!known || owner == address(0)) {
            emit ItemSkipped(l2Token, tokenId, known ? bytes("burnt") : bytes("ownerOf"));
            return;
        }
        // On its twin already, or the token lies about its owner now.
        if (owner == L2_BRIDGE || IL2Bridge(L2_BRIDGE).isWithdrawn(l2Token, tokenId)) return;
        if (!_take(_settledIds[l2Token], tokenId)) return;
        address to = Beneficiary.ofWhole(owner, _creatorOf(owner, contractOwners));
        bytes memory uri = _uriOf(l2Token, tokenId, prefix, suffix);
        _append(OutboxKind.MintErc721, abi.encode(l2Token, to, tokenId, uri));
    }

    /// Moves on to an asset, which must be what the phase says.
    function _enterAsset(Phase phase, address l2Token, uint256 tokenId) private returns (Asset memory asset) {
        asset = Asset(phase, l2Token, tokenId, l2Token, OutboxKind.MintErc20);
        if (phase == Phase.Erc20 || phase == Phase.Collections1155) {
            if (phase == Phase.Collections1155) asset.kind = OutboxKind.MintErc1155;
            _resume(phase, l2Token, tokenId);
            return asset;
        }
        if (phase == Phase.Native) {
            IChainState state = IChainState(CHAIN_STATE);
            bool issued = state.currencyMode() == CurrencyMode.Issued;
            (asset.l2Token, asset.target) = (address(0), state.currencyToken());
            asset.kind = issued ? OutboxKind.MintNative : OutboxKind.ReleaseErc20;
        } else if (phase == Phase.BridgedErc20) {
            asset.target = _l1TokenOf(l2Token, TokenStandard.Erc20);
            asset.kind = OutboxKind.ReleaseErc20;
        } else if (phase == Phase.BridgedErc1155) {
            asset.target = _l1TokenOf(l2Token, TokenStandard.Erc1155);
            asset.kind = OutboxKind.ReleaseErc1155;
        } else {
            revert WrongPhase();
        }
        _enter(phase, asset.l2Token, tokenId);
    }

    /// Moves on to a token born here.
    function _announce(Phase phase, address l2Token) private {
        // What came from the L1 goes back there: a twin beside it would be the same asset twice.
        (, bool bridged) = IL2Bridge(L2_BRIDGE).l1TokenOf(l2Token);
        if (bridged) revert BridgedToken(l2Token);
        _enterNew(phase, l2Token);
    }

    /// What the account has of the asset and was not written yet; it counts as written from here on.
    function _takeAmount(Asset memory asset, address account) private returns (uint256 amount) {
        if (_isNoSupply(asset, account)) return 0;
        bool known;
        (known, amount) = _amountOf(asset, account);
        if (!known || (amount > 0 && account == address(0))) {
            // Sending to the zero address is how coin is burnt.
            emit ItemSkipped(asset.l2Token, uint160(account), known ? bytes("burnt") : bytes("balanceOf"));
            return 0;
        }
        if (amount == 0) return 0;
        bool units = asset.kind == OutboxKind.ReleaseErc1155 || asset.kind == OutboxKind.MintErc1155;
        mapping(address => bool) storage taken =
            units ? _settledUnits[asset.l2Token][asset.tokenId] : _settled[asset.l2Token];
        if (taken[account]) return 0;
        taken[account] = true;
    }

    function _amountOf(Asset memory asset, address account) private view returns (bool known, uint256 amount) {
        // Of our own clones nothing needs bounds.
        if (asset.phase == Phase.Native) return (true, account.balance);
        if (asset.phase == Phase.BridgedErc20) return (true, IERC20(asset.l2Token).balanceOf(account));
        if (asset.phase == Phase.BridgedErc1155) {
            return (true, IERC1155(asset.l2Token).balanceOf(account, asset.tokenId));
        }
        if (asset.phase == Phase.Erc20) return CollectionReader.balanceOf(asset.l2Token, account);
        return CollectionReader.unitsOf(asset.l2Token, account, asset.tokenId);
    }

    /// What the bridge took or never gave out, and what an unbacked faucet did not.
    function _isNoSupply(Asset memory asset, address account) private pure returns (bool) {
        if (asset.phase != Phase.Native) {
            bool born = asset.kind == OutboxKind.MintErc20 || asset.kind == OutboxKind.MintErc1155;
            return born && account == L2_BRIDGE;
        }
        if (account == L2_BRIDGE) return true;
        return asset.kind == OutboxKind.MintNative && (account == FAUCET || account == SETTLER);
    }

    /// @return fresh false when the bit was set before
    function _take(mapping(uint256 word => uint256 bits) storage bitmap, uint256 id) private returns (bool fresh) {
        uint256 bits = bitmap[id >> 8];
        uint256 bit = 1 << (id & 0xff);
        fresh = bits & bit == 0;
        if (fresh) bitmap[id >> 8] = bits | bit;
    }

    function _append(OutboxKind kind, bytes memory payload) private {
        IOutbox(OUTBOX).append(kind, payload);
    }

    function _l1TokenOf(address l2Token, TokenStandard standard) private view returns (address l1Token) {
        bool bridged;
        (l1Token, bridged) = IL2Bridge(L2_BRIDGE).l1TokenOf(l2Token);
        if (!bridged || IL2Bridge(L2_BRIDGE).standardOf(l2Token) != standard) revert NotBridgedToken(l2Token);
    }

    function _creatorOf(address account, Holder[] calldata contractOwners) private pure returns (address) {
        for (uint256 i = 0; i < contractOwners.length; i++) {
            if (contractOwners[i].account == account) return contractOwners[i].creator;
        }
        return address(0);
    }

    /// Empty when the twin can make the URI from prefix, id and suffix: that saves most of the L1 cost.
    function _uriOf(address l2Token, uint256 tokenId, string memory prefix, string memory suffix)
        private
        view
        returns (bytes memory uri)
    {
        uri = CollectionReader.uriOf(l2Token, tokenId);
        if (keccak256(uri) == keccak256(bytes.concat(bytes(prefix), bytes(Strings.toString(tokenId)), bytes(suffix)))) {
            uri = "";
        }
    }

    /// The URI of an ERC-1155 id goes with its first message, and only if it is not the template.
    function _unitsUri(address l2Token, uint256 tokenId) private returns (bytes memory uri) {
        if (!_take(_uriWritten[l2Token], tokenId)) return "";
        uri = CollectionReader.unitsUriOf(l2Token, tokenId);
        if (keccak256(uri) == _templateHash) uri = "";
    }

    function _memoryStart() private pure returns (uint256 start) {
        assembly ("memory-safe") {
            start := mload(0x40)
        }
    }

    /// Nothing of an item is kept: long answers would make memory dear for those that follow.
    function _freeMemory(uint256 start) private pure {
        assembly ("memory-safe") {
            mstore(0x40, start)
        }
    }
}
