// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {ERC1155} from "@openzeppelin/contracts/token/ERC1155/ERC1155.sol";
import {ERC2981} from "@openzeppelin/contracts/token/common/ERC2981.sol";

/// Items for trying bridge and settlement: anybody may mint. Worth nothing by design, and knows nothing of Tephra.
contract DemoErc1155 is ERC1155, ERC2981, Ownable {
    string public name;
    string public symbol;

    /// @param uri_ template with {id}
    constructor(string memory name_, string memory symbol_, string memory uri_, uint96 royaltyBps)
        ERC1155(uri_)
        Ownable(msg.sender)
    {
        (name, symbol) = (name_, symbol_);
        _setDefaultRoyalty(msg.sender, royaltyBps);
    }

    /// To contracts that take no ERC-1155 as well: it is a demo.
    function mint(address to, uint256 tokenId, uint256 amount) external {
        uint256[] memory ids = new uint256[](1);
        uint256[] memory values = new uint256[](1);
        (ids[0], values[0]) = (tokenId, amount);
        _update(address(0), to, ids, values);
    }

    function supportsInterface(bytes4 interfaceId) public view override(ERC1155, ERC2981) returns (bool) {
        return super.supportsInterface(interfaceId);
    }
}
