// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC2981} from "@openzeppelin/contracts/interfaces/IERC2981.sol";
import {ERC1155} from "@openzeppelin/contracts/token/ERC1155/ERC1155.sol";
import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";
import {Collection1155Metadata, IErc1155Twin} from "./ITwins.sol";
import {RoyaltyTwin} from "./RoyaltyTwin.sol";

/// Clone implementation; deployed by the bridge at an address that follows from the L2 collection.
contract Erc1155Twin is IErc1155Twin, ERC1155, RoyaltyTwin {
    string private _template;
    mapping(uint256 tokenId => string) private _uris;

    constructor() ERC1155("") {}

    /// @inheritdoc IErc1155Twin
    function setCollection(Collection1155Metadata calldata metadata) external onlyBridge {
        _describe(metadata.name, metadata.symbol, metadata.owner);
        _template = metadata.uri;
        _setRoyalty(metadata.royaltyReceiver, metadata.royaltyBps);
        emit CollectionUpdated(metadata.name, metadata.symbol, _royaltyReceiver, _royaltyBps);
    }

    /// @inheritdoc IErc1155Twin
    function mint(address to, uint256 tokenId, uint256 amount, string calldata uri_) external onlyBridge {
        uint256 room = type(uint256).max - balanceOf(to, tokenId);
        uint256[] memory ids = new uint256[](1);
        uint256[] memory values = new uint256[](1);
        (ids[0], values[0]) = (tokenId, amount < room ? amount : room);
        // Without the check of the recipient that _mint makes: nobody's code runs while a settlement is paid.
        _update(address(0), to, ids, values);
        if (bytes(uri_).length > 0) {
            _uris[tokenId] = uri_;
            emit URI(uri_, tokenId);
        }
    }

    function name() external view returns (string memory) {
        return _twinName;
    }

    function symbol() external view returns (string memory) {
        return _twinSymbol;
    }

    function uri(uint256 tokenId) public view override returns (string memory) {
        string memory own = _uris[tokenId];
        return bytes(own).length > 0 ? own : _template;
    }

    function supportsInterface(bytes4 interfaceId) public view override(ERC1155, IERC165) returns (bool) {
        return interfaceId == type(IERC2981).interfaceId || super.supportsInterface(interfaceId);
    }
}
