// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";
import {TokenStandard} from "../rollup/IInbox.sol";
import {BridgeBase} from "./BridgeBase.sol";
import {IBridge, OutboxKind} from "./IBridge.sol";
import {
    Collection1155Metadata, CollectionMetadata, IErc1155Twin, IErc20Twin, IErc721Twin, INativeTwin, ITwin
} from "./ITwins.sol";

/// Implementations that bridges clone.
struct TwinImplementations {
    address native;
    address erc20;
    address erc721;
    address erc1155;
}

/// What was born on the chain appears here on its L1 twins. Twins are ours and call nobody.
/// Wherever a `poster` is named: zero, or the proposer of an isolated addendum, who has books and twins of their own.
abstract contract BridgeTwins is BridgeBase {
    bytes32 private constant NATIVE_SALT = bytes32(0);

    address public immutable nativeTwinImplementation;
    address public immutable erc20TwinImplementation;
    address public immutable erc721TwinImplementation;
    address public immutable erc1155TwinImplementation;

    address private _nativeTwinDeployed;
    /// By standard, then by what stands for the L2 token (_keyOf).
    mapping(address key => address) private _erc721Twins;
    mapping(address key => address) private _erc20Twins;
    mapping(address key => address) private _erc1155Twins;
    /// Outbox index + 1 of the newest metadata of a twin, so that messages executed out of order do not set it back.
    mapping(address twin => uint256) private _metadataVersion;

    constructor(TwinImplementations memory implementations) {
        nativeTwinImplementation = implementations.native;
        erc20TwinImplementation = implementations.erc20;
        erc721TwinImplementation = implementations.erc721;
        erc1155TwinImplementation = implementations.erc1155;
    }

    /// @inheritdoc IBridge
    function nativeTwin() external view returns (address) {
        return _predict(nativeTwinImplementation, NATIVE_SALT);
    }

    /// @inheritdoc IBridge
    function twinOf(address l2Token) external view returns (address) {
        return tokenTwin(l2Token, TokenStandard.Erc721, address(0));
    }

    /// @inheritdoc IBridge
    function tokenTwin(address l2Token, TokenStandard standard, address poster) public view returns (address) {
        return _predict(_implementationOf(standard), _saltOf(_keyOf(l2Token, poster)));
    }

    function _mintNative(Books memory books, uint64 index, bytes calldata payload) internal returns (bool) {
        (address to, uint256 amount) = abi.decode(payload, (address, uint256));
        if (to == address(0)) return false;
        address twin = _nativeTwinDeployed;
        if (twin == address(0)) twin = _deployNativeTwin();
        _setExecuted(books, index);
        INativeTwin(twin).mint(to, amount);
        emit MessageExecuted(index, OutboxKind.MintNative, to, twin, amount, true);
        return true;
    }

    function _mintErc721(Books memory books, uint64 index, bytes calldata payload) internal returns (bool) {
        (address l2Token, address to, uint256 tokenId, string memory uri) =
            abi.decode(payload, (address, address, uint256, string));
        if (to == address(0)) return false;
        address key = books.poster == address(0) ? l2Token : _keyOf(l2Token, books.poster);
        address twin = _erc721Twins[key];
        if (twin == address(0)) twin = _deployTwin(TokenStandard.Erc721, l2Token, key);
        if (!IErc721Twin(twin).mint(to, tokenId, uri)) return false;
        _setExecuted(books, index);
        _tell(books, index, OutboxKind.MintErc721, to, twin, tokenId);
        return true;
    }

    function _mintErc20(Books memory books, uint64 index, bytes calldata payload) internal returns (bool) {
        (address l2Token, address to, uint256 amount) = abi.decode(payload, (address, address, uint256));
        if (to == address(0)) return false;
        address twin = _twin(TokenStandard.Erc20, l2Token, books.poster);
        _setExecuted(books, index);
        IErc20Twin(twin).mint(to, amount);
        _tell(books, index, OutboxKind.MintErc20, to, twin, amount);
        return true;
    }

    function _mintErc1155(Books memory books, uint64 index, bytes calldata payload) internal returns (bool) {
        (address l2Token, address to, uint256 tokenId, uint256 amount, string memory uri) =
            abi.decode(payload, (address, address, uint256, uint256, string));
        if (to == address(0)) return false;
        address twin = _twin(TokenStandard.Erc1155, l2Token, books.poster);
        _setExecuted(books, index);
        IErc1155Twin(twin).mint(to, tokenId, amount, uri);
        _tell(books, index, OutboxKind.MintErc1155, to, twin, tokenId);
        return true;
    }

    function _setCollection(Books memory books, uint64 index, bytes calldata payload) internal returns (bool) {
        CollectionMetadata memory metadata;
        address l2Token;
        (
            l2Token,
            metadata.name,
            metadata.symbol,
            metadata.owner,
            metadata.royaltyReceiver,
            metadata.royaltyBps,
            metadata.uriPrefix,
            metadata.uriSuffix
        ) = abi.decode(payload, (address, string, string, address, address, uint16, string, string));
        address twin = _twin(TokenStandard.Erc721, l2Token, books.poster);
        if (_isNewest(twin, index)) IErc721Twin(twin).setCollection(metadata);
        return _described(books, index, OutboxKind.Collection, metadata.owner, twin);
    }

    function _setToken(Books memory books, uint64 index, bytes calldata payload) internal returns (bool) {
        (address l2Token, string memory name, string memory symbol, uint8 decimals, address owner) =
            abi.decode(payload, (address, string, string, uint8, address));
        address twin = _twin(TokenStandard.Erc20, l2Token, books.poster);
        if (_isNewest(twin, index)) IErc20Twin(twin).setToken(name, symbol, decimals, owner);
        return _described(books, index, OutboxKind.Erc20Metadata, owner, twin);
    }

    function _setCollection1155(Books memory books, uint64 index, bytes calldata payload) internal returns (bool) {
        Collection1155Metadata memory metadata;
        address l2Token;
        (
            l2Token,
            metadata.name,
            metadata.symbol,
            metadata.owner,
            metadata.royaltyReceiver,
            metadata.royaltyBps,
            metadata.uri
        ) = abi.decode(payload, (address, string, string, address, address, uint16, string));
        address twin = _twin(TokenStandard.Erc1155, l2Token, books.poster);
        if (_isNewest(twin, index)) IErc1155Twin(twin).setCollection(metadata);
        return _described(books, index, OutboxKind.Collection1155, metadata.owner, twin);
    }

    function _isNewest(address twin, uint64 index) private returns (bool) {
        if (index < _metadataVersion[twin]) return false;
        _metadataVersion[twin] = uint256(index) + 1;
        return true;
    }

    function _described(Books memory books, uint64 index, OutboxKind kind, address owner, address twin)
        private
        returns (bool)
    {
        _setExecuted(books, index);
        _tell(books, index, kind, owner, twin, 0);
        return true;
    }

    function _tell(
        Books memory books,
        uint64 index,
        OutboxKind kind,
        address to,
        address twin,
        uint256 amountOrId
    ) private {
        if (books.poster == address(0)) emit MessageExecuted(index, kind, to, twin, amountOrId, true);
        else emit IsolatedMessageExecuted(books.poster, index, kind, to, twin, amountOrId);
    }

    function _twin(TokenStandard standard, address l2Token, address poster) private returns (address twin) {
        address key = _keyOf(l2Token, poster);
        twin = _twinsOf(standard)[key];
        if (twin == address(0)) twin = _deployTwin(standard, l2Token, key);
    }

    function _deployNativeTwin() private returns (address twin) {
        twin = Clones.cloneDeterministic(nativeTwinImplementation, NATIVE_SALT);
        _nativeTwinDeployed = twin;
        INativeTwin(twin).initialize(_config.name, _config.symbol, _config.decimals);
        emit TwinDeployed(address(0), twin, OutboxKind.MintNative);
    }

    function _deployTwin(TokenStandard standard, address l2Token, address key) private returns (address twin) {
        twin = Clones.cloneDeterministic(_implementationOf(standard), _saltOf(key));
        _twinsOf(standard)[key] = twin;
        ITwin(twin).initialize(l2Token);
        OutboxKind kind = OutboxKind.MintErc721;
        if (standard == TokenStandard.Erc20) kind = OutboxKind.MintErc20;
        else if (standard == TokenStandard.Erc1155) kind = OutboxKind.MintErc1155;
        emit TwinDeployed(l2Token, twin, kind);
    }

    function _twinsOf(TokenStandard standard) private view returns (mapping(address => address) storage) {
        if (standard == TokenStandard.Erc20) return _erc20Twins;
        return standard == TokenStandard.Erc721 ? _erc721Twins : _erc1155Twins;
    }

    function _implementationOf(TokenStandard standard) private view returns (address) {
        if (standard == TokenStandard.Erc20) return erc20TwinImplementation;
        return standard == TokenStandard.Erc721 ? erc721TwinImplementation : erc1155TwinImplementation;
    }

    /// The token itself, or for an isolated addendum a number that stands for it among its poster's.
    function _keyOf(address l2Token, address poster) private pure returns (address) {
        if (poster == address(0)) return l2Token;
        return address(uint160(uint256(keccak256(abi.encode(poster, l2Token)))));
    }

    function _saltOf(address key) private pure returns (bytes32) {
        return bytes32(uint256(uint160(key)));
    }

    function _predict(address implementation, bytes32 salt) private view returns (address) {
        return Clones.predictDeterministicAddress(implementation, salt, address(this));
    }
}
