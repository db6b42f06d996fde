// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC2981} from "@openzeppelin/contracts/interfaces/IERC2981.sol";
import {Initializable} from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import {ERC721} from "@openzeppelin/contracts/token/ERC721/ERC721.sol";
import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";
import {Strings} from "@openzeppelin/contracts/utils/Strings.sol";
import {CollectionMetadata, IErc721Twin} from "./ITwins.sol";

/// Clone implementation; deployed by the bridge at an address that follows from the L2 collection.
contract Erc721Twin is IErc721Twin, ERC721, IERC2981, Initializable {
    uint16 private constant MAX_BPS = 10_000;

    /// @inheritdoc IErc721Twin
    address public bridge;
    /// @inheritdoc IErc721Twin
    address public l2Token;
    /// @inheritdoc IErc721Twin
    address public owner;
    address private _royaltyReceiver;
    uint16 private _royaltyBps;
    /// Once the owner passed the title on here, the chain's last word about it is void.
    bool private _ownerMoved;
    string private _twinName;
    string private _twinSymbol;
    string private _uriPrefix;
    string private _uriSuffix;
    mapping(uint256 tokenId => string) private _uris;

    constructor() ERC721("", "") {
        _disableInitializers();
    }

    /// @inheritdoc IErc721Twin
    function initialize(address l2Token_) external initializer {
        bridge = msg.sender;
        l2Token = l2Token_;
    }

    /// @inheritdoc IErc721Twin
    function setCollection(CollectionMetadata calldata metadata) external {
        if (msg.sender != bridge) revert OnlyBridge();
        _twinName = metadata.name;
        _twinSymbol = metadata.symbol;
        _uriPrefix = metadata.uriPrefix;
        _uriSuffix = metadata.uriSuffix;
        _royaltyReceiver = metadata.royaltyReceiver;
        _royaltyBps = metadata.royaltyBps > MAX_BPS ? MAX_BPS : metadata.royaltyBps;
        if (!_ownerMoved && owner != metadata.owner) _setOwner(metadata.owner);
        emit CollectionUpdated(metadata.name, metadata.symbol, _royaltyReceiver, _royaltyBps);
    }

    /// @inheritdoc IErc721Twin
    function mint(address to, uint256 tokenId, string calldata uri) external returns (bool minted) {
        if (msg.sender != bridge) revert OnlyBridge();
        if (_ownerOf(tokenId) != address(0)) return false;
        _mint(to, tokenId);
        if (bytes(uri).length > 0) _uris[tokenId] = uri;
        return true;
    }

    /// @inheritdoc IErc721Twin
    function transferOwnership(address newOwner) external {
        if (msg.sender != owner) revert OnlyOwner();
        _ownerMoved = true;
        _setOwner(newOwner);
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

    /// @inheritdoc IERC2981
    function royaltyInfo(uint256, uint256 salePrice) external view returns (address receiver, uint256 amount) {
        return (_royaltyReceiver, salePrice * _royaltyBps / MAX_BPS);
    }

    function supportsInterface(bytes4 interfaceId) public view override(ERC721, IERC165) returns (bool) {
        return interfaceId == type(IERC2981).interfaceId || super.supportsInterface(interfaceId);
    }

    function _setOwner(address newOwner) private {
        emit OwnershipTransferred(owner, newOwner);
        owner = newOwner;
    }
}
