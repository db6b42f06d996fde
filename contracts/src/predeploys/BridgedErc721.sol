// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC2981} from "@openzeppelin/contracts/interfaces/IERC2981.sol";
import {ERC721} from "@openzeppelin/contracts/token/ERC721/ERC721.sol";
import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";
import {BridgedCollection} from "./BridgedCollection.sol";
import {IBridgedErc721} from "./IBridgedTokens.sol";

/// Clone implementation.
contract BridgedErc721 is IBridgedErc721, ERC721, BridgedCollection {
    mapping(uint256 tokenId => string) private _uris;

    constructor() ERC721("", "") {}

    /// @inheritdoc IBridgedErc721
    function mint(address to, uint256 tokenId, string calldata uri) external onlyBridge {
        _mint(to, tokenId);
        _uris[tokenId] = uri;
    }

    /// @inheritdoc IBridgedErc721
    function burn(uint256 tokenId) external onlyBridge {
        _burn(tokenId);
        delete _uris[tokenId];
    }

    function name() public view override returns (string memory) {
        return _tokenName;
    }

    function symbol() public view override returns (string memory) {
        return _tokenSymbol;
    }

    function tokenURI(uint256 tokenId) public view override returns (string memory) {
        _requireOwned(tokenId);
        return _uris[tokenId];
    }

    function supportsInterface(bytes4 interfaceId) public view override(ERC721, IERC165) returns (bool) {
        return interfaceId == type(IERC2981).interfaceId || super.supportsInterface(interfaceId);
    }
}
