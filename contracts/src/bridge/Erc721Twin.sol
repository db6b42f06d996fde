// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC2981} from "@openzeppelin/contracts/interfaces/IERC2981.sol";
import {ERC721} from "@openzeppelin/contracts/token/ERC721/ERC721.sol";
import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";
import {Strings} from "@openzeppelin/contracts/utils/Strings.sol";
import {CollectionMetadata, IErc721Twin} from "./ITwins.sol";
import {RoyaltyTwin} from "./RoyaltyTwin.sol";

/// Clone implementation; deployed by the bridge at an address that follows from the L2 collection.
contract Erc721Twin is IErc721Twin, ERC721, RoyaltyTwin {
    string private _uriPrefix;
    string private _uriSuffix;
    mapping(uint256 tokenId => string) private _uris;

    constructor() ERC721("", "") {}

    /// @inheritdoc IErc721Twin
    function setCollection(CollectionMetadata calldata metadata) external onlyBridge {
        _describe(metadata.name, metadata.symbol, metadata.owner);
        _uriPrefix = metadata.uriPrefix;
        _uriSuffix = metadata.uriSuffix;
        _setRoyalty(metadata.royaltyReceiver, metadata.royaltyBps);
        emit CollectionUpdated(metadata.name, metadata.symbol, _royaltyReceiver, _royaltyBps);
    }

    /// @inheritdoc IErc721Twin
    function mint(address to, uint256 tokenId, string calldata uri) external onlyBridge returns (bool minted) {
        if (_ownerOf(tokenId) != address(0)) return false;
        _mint(to, tokenId);
        if (bytes(uri).length > 0) _uris[tokenId] = uri;
        return true;
    }

    function name() public view override returns (string memory) {
        return _twinName;
    }

    function symbol() public view override returns (string memory) {
        return _twinSymbol;
    }

    function tokenURI(uint256 tokenId) public view override returns (string memory) {
        _requireOwned(tokenId);
        string memory own = _uris[tokenId];
        if (bytes(own).length > 0) return own;
        if (bytes(_uriPrefix).length == 0 && bytes(_uriSuffix).length == 0) return "";
        return string.concat(_uriPrefix, Strings.toString(tokenId), _uriSuffix);
    }

    function supportsInterface(bytes4 interfaceId) public view override(ERC721, IERC165) returns (bool) {
        return interfaceId == type(IERC2981).interfaceId || super.supportsInterface(interfaceId);
    }
}
